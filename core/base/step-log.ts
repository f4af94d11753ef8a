import * as z from 'zod';
import type { BasePorts } from './ports.ts';
import { runIdOf } from './run-id.ts';

/** What names the run and the state in an event; a function that no state calls has neither. */
const namesSchema = z.object({
  input: z
    .object({ runId: z.string(), release: z.object({ Id: z.string() }) })
    .partial()
    .catch({}),
  execution: z.object({ Id: z.string() }),
  state: z.object({ Name: z.string() }),
});

/** The run that an event is about: a rollback is about the release that it undoes, not about itself. */
function fieldsOf(event: unknown): Record<string, string> {
  const { data } = namesSchema.safeParse(event);
  if (data === undefined) return {};
  const { runId, release } = data.input;
  return { runId: runId ?? runIdOf(release?.Id ?? data.execution.Id), state: data.state.Name };
}

/**
 * Runs one step so that every line it logs carries run id and state, and that there are lines at all: one when it
 * begins, one when it ends. These name an error and nothing else of it; Lambda's runtime adds the message of what is
 * rethrown, which is why messages of ours hold neither rows nor SQL.
 */
export async function runStep<Ports extends Pick<BasePorts, 'clock' | 'log'>, Result>(
  ports: Ports,
  event: unknown,
  step: (ports: Ports) => Promise<Result>,
): Promise<Result> {
  const log = ports.log.with(fieldsOf(event));
  const began = ports.clock.now().getTime();
  const seconds = () => (ports.clock.now().getTime() - began) / 1000;
  log.info('step began');
  try {
    const result = await step({ ...ports, log });
    log.info('step ended', { seconds: seconds() });
    return result;
  } catch (error) {
    log.warn('step failed', { seconds: seconds(), error: error instanceof Error ? error.name : 'unknown' });
    throw error;
  }
}
