import * as z from 'zod';
import type { CommandChannel } from './ports.ts';
import type { BasePorts } from './step-ports.ts';
import type { SentCommand } from './sent-command.ts';
import { runIdOf } from './run-id.ts';

/**
 * The parts of an event that identify the run and the state. The event of a function that no state calls has neither.
 */
const namesSchema = z.object({
  input: z
    .object({ runId: z.string(), release: z.object({ Id: z.string() }) })
    .partial()
    .catch({}),
  execution: z.object({ Id: z.string() }),
  state: z.object({ Name: z.string() }),
});

/**
 * The log fields of an event. A rollback is logged under the run id of the release that it undoes, not under its own.
 */
function fieldsOf(event: unknown): Record<string, string> {
  const { data } = namesSchema.safeParse(event);
  if (data === undefined) return {};
  const { runId, release } = data.input;
  return { runId: runId ?? runIdOf(release?.Id ?? data.execution.Id), state: data.state.Name };
}

/**
 * The channel of one step, which notes what it sends. One place for all steps, so that no entry can leave out a command,
 * that of a failed step least of all.
 */
function notingCommands({ commands }: { readonly commands?: CommandChannel }): {
  commands?: CommandChannel;
  commandsSent?: readonly SentCommand[];
} {
  if (commands === undefined) return {};
  const commandsSent: SentCommand[] = [];
  const send: CommandChannel['send'] = async (request) => {
    const commandId = await commands.send(request);
    const { comment, document, documentVersion, parameters } = request;
    commandsSent.push({ commandId, comment, document, documentVersion, sha256: parameters['sha256'] ?? '' });
    return commandId;
  };
  return { commands: { ...commands, send }, commandsSent };
}

/**
 * Runs one step and logs a line when it begins and when it ends; every line of the step carries its run id and state. A
 * failure is logged with the name of the error only. Lambda's runtime adds the message of a rethrown error, which is
 * why our messages hold neither rows nor SQL.
 */
export async function runStep<Ports extends Pick<BasePorts, 'clock' | 'log'> & { commands?: CommandChannel }, Result>(
  ports: Ports,
  event: unknown,
  step: (ports: Ports) => Promise<Result>,
): Promise<Result> {
  const log = ports.log.with(fieldsOf(event));
  const began = ports.clock.now().getTime();
  const seconds = () => (ports.clock.now().getTime() - began) / 1000;
  log.info('step began');
  try {
    const result = await step({ ...ports, ...notingCommands(ports), log });
    log.info('step ended', { seconds: seconds() });
    return result;
  } catch (error) {
    log.warn('step failed', { seconds: seconds(), error: error instanceof Error ? error.name : 'unknown' });
    throw error;
  }
}
