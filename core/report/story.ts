import { endingTable } from '../ending/ending-table.ts';
import type { Story } from '../ending/story.ts';
import { blockerRows } from '../gate/gate-rows.ts';
import type { Report } from './build.ts';
import { failedTier } from './flow.ts';

/** Tells in plain English how a run ended: what happened, in which state the database is, and what to do next. */
export function tellStory(report: Report): Story {
  const { state, ending } = report;
  const remedies = state.gate === undefined ? [] : blockerRows(state.gate).map(({ remedy }) => remedy);
  return endingTable[ending.name].story({ state, step: failedTier(report)?.name, remedies });
}
