import { states } from '../../core/base/names.ts';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { parseJsonAs } from '../../core/base/json.ts';
import { runIdOf } from '../../core/base/run-id.ts';

const inputSchema = z.looseObject({
  release: z.looseObject({ Id: z.string() }).optional(),
  undoReleased: z.string().optional(),
});
const outputSchema = z.looseObject({ runId: z.string() });

/**
 * Run id of the release that a ROLLBACK is about: its input names the release, or it was started by hand for the
 * newest one, and *Fence* was the first to know which. Undefined when that is not known, or not known yet, and when its
 * input was refused, because such a rollback is about no release.
 */
export function runOfRollback(events: readonly HistoryEvent[]): string | undefined {
  if (events.some(({ stateEnteredEventDetails: entered }) => entered?.name === states.inputRefused)) return undefined;
  const input = parseJsonAs(inputSchema, events[0]?.executionStartedEventDetails?.input);
  if (input?.release !== undefined) return runIdOf(input.release.Id);
  const fence = events.find(({ stateExitedEventDetails: left }) => left?.name === states.fence);
  return parseJsonAs(outputSchema, fence?.stateExitedEventDetails?.output)?.runId ?? input?.undoReleased;
}
