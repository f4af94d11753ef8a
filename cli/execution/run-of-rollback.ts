import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { runIdOf } from '../../core/base/run-id.ts';

const inputSchema = z.looseObject({
  release: z.looseObject({ Id: z.string() }).optional(),
  undoReleased: z.string().optional(),
});
const outputSchema = z.looseObject({ runId: z.string() });

function parse<Schema extends z.ZodType>(schema: Schema, text: string | undefined): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text ?? 'null')).data;
  } catch {
    return undefined;
  }
}

/**
 * Run id of the release that a ROLLBACK is about: its input names the release, or it was started by hand for the
 * newest one, and *Fence* was the first to know which. Undefined while, or when, that cannot be told.
 */
export function runOfRollback(events: readonly HistoryEvent[]): string | undefined {
  const input = parse(inputSchema, events[0]?.executionStartedEventDetails?.input);
  if (input?.release !== undefined) return runIdOf(input.release.Id);
  const fence = events.find(({ stateExitedEventDetails: left }) => left?.name === 'Fence');
  return parse(outputSchema, fence?.stateExitedEventDetails?.output)?.runId ?? input?.undoReleased;
}
