import Table from 'cli-table3';
import type { Result } from './play.ts';

/** Renders the table of faults and outcomes, with counts. */
export function renderTable(results: readonly Result[]): string {
  const outcomes = [...new Set(results.map(({ outcome }) => outcome))].sort();
  const kinds = [...new Set(results.map(({ kind }) => kind))].sort();
  const table = new Table({ head: ['fault', ...outcomes], style: { head: [], border: [] } });
  for (const kind of kinds) {
    const own = results.filter((result) => result.kind === kind);
    const counts = outcomes.map((outcome) => own.filter((result) => result.outcome === outcome).length);
    table.push([kind, ...counts.map((count) => (count === 0 ? '' : String(count)))]);
  }
  return table.toString();
}
