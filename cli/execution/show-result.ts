import { visibleLine } from '../../core/base/visible.ts';
import Table from 'cli-table3';
import { isReleased } from '../../core/ending/ending-table.ts';
import { endStateRows } from '../../core/report/tables.ts';
import type { Finished } from './release-with-stop.ts';
import type { Terminal } from '../screen/terminal.ts';

function endStateTable(finished: Finished): string | undefined {
  const rows = endStateRows(finished.state);
  if (rows.length === 0) return undefined;
  const table = new Table({ head: ['metric', 'value', 'expected'], style: { head: [], border: [] } });
  table.push(...rows.map((row) => row.map(visibleLine)));
  return table.toString();
}

/** Prints how a release ended and returns the exit code for it. */
export function showResult(finished: Finished, terminal: Terminal, json: boolean): number {
  const { ending, state, report, runId, executionArn } = finished;
  if (json) {
    terminal.data(JSON.stringify({ runId, executionArn, ending, report, state }, null, 2));
    return ending.exitCode;
  }
  const table = endStateTable(finished);
  if (table !== undefined) terminal.data(table);
  const last = state.tiers?.at(-1);
  if (isReleased(ending.name) && state.sealed === true) terminal.data(`TIER ${last?.id ?? ''} VERIFY PASS`);
  terminal.data(visibleLine(ending.headline));
  for (const line of state.gate?.status === 'BLOCKED' ? state.gate.explanations : [])
    terminal.data(visibleLine(`  ${line}`));
  for (const line of state.gate?.notes ?? []) terminal.data(visibleLine(`note: ${line}`));
  if (report !== undefined) terminal.data(`Report: ${report}`);
  return ending.exitCode;
}
