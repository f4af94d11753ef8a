import type * as z from 'zod';
import { createCallScript } from '../call-script.ts';
import { type fencedSchema, rollbackInputSchema, tierStateSchema } from '../contracts.ts';
import type { Environment } from '../environment.ts';
import { FenceNotProven } from '../errors.ts';
import { recordEvidenceIfPossible, recordFailure } from '../evidence.ts';
import type { EnteredState, FoundCommand, FencePorts } from '../ports.ts';
import { pinDocuments } from '../pin-documents.ts';
import { applicationName, runIdOf } from '../run-id.ts';
import { parseStep, type StepInput } from '../step-input.ts';
import { reportRollback } from './report-rollback.ts';

type Fenced = z.output<typeof fencedSchema>;
type Input = z.output<typeof rollbackInputSchema>;
type Settings = Environment<'fence'>;

/** SSM statuses in which a command can still do something. */
const openStatuses = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

interface Release {
  readonly arn: string;
  readonly startedAt: Date;
}

/** The release to undo: the one that was named, else the newest one, which must have ended. */
async function findRelease(settings: Settings, ports: FencePorts, input: Input): Promise<Release | undefined> {
  if (input.release !== undefined) return { arn: input.release.Id, startedAt: new Date(input.release.StartTime) };
  const newest = await ports.executions.newest(settings.STATE_MACHINE_ARN);
  if (newest?.status === 'RUNNING') {
    throw new FenceNotProven(`The release ${newest.name} is still running: stop it first, then roll back.`);
  }
  return newest;
}

/** The fingerprint that tier 0 took, as the state that entered a later tier carries it. */
function entryFingerprint(entered: readonly EnteredState[]): string | undefined {
  for (const { input } of [...entered].reverse()) {
    const state = tierStateSchema.safeParse(input);
    const json = state.data?.tiers[0]?.before['fingerprint']?.['json'];
    if (json !== undefined) return json;
  }
  return undefined;
}

/** The instant after which nothing that any state of the run sent can still start; plus what clocks may differ by. */
function lastStartBy(settings: Settings, entered: readonly EnteredState[], now: Date): Date {
  const allowance = (settings.START_BY_SECONDS + settings.CLOCK_SKEW_SECONDS) * 1000;
  const instants = entered
    .filter(({ name }) => settings.MUTATING_STATES.includes(name))
    .map(({ enteredAt }) => enteredAt.getTime() + allowance);
  return new Date(Math.max(now.getTime(), ...instants));
}

async function cancelOpenCommands(
  settings: Settings,
  ports: FencePorts,
  runId: string,
  since: Date,
): Promise<FoundCommand[]> {
  const commands = await ports.commands.find(applicationName(runId, 'tier-'), settings.NODE_ID, since);
  const open = commands.filter(({ status }) => openStatuses.has(status));
  for (const { commandId } of open) await ports.commands.cancel(commandId, settings.NODE_ID);
  return open;
}

/** Nothing was dispatched that could have written: there is nothing to stop and nothing to wait for. */
function nothingToStop(state: Input, runId: string, now: Date): Fenced {
  const waitUntil = now.toISOString();
  const none = { cancelledCommands: 0, terminatedBackends: 0, stampedObjects: 0 };
  return { ...state, ...none, runId, waitUntil, outcome: 'nothing_to_roll_back' };
}

async function fenceOff(
  settings: Settings,
  ports: FencePorts,
  { state }: StepInput<Input>,
  release: Release,
): Promise<Fenced> {
  const now = ports.clock.now();
  const runId = runIdOf(release.arn);
  const entered = await ports.executions.enteredStates(release.arn);
  if (!entered.some(({ name }) => settings.MUTATING_STATES.includes(name))) return nothingToStop(state, runId, now);
  const cancelled = await cancelOpenCommands(settings, ports, runId, release.startedAt);
  const documents = await pinDocuments(ports, settings);
  // Every attempt counts its start-by from its own beginning: a retry keeps the state's EnteredTime, and would be refused.
  const { facts } = await createCallScript(ports, settings, { runId, enteredAt: ports.clock.now(), documents })(
    'fence',
  );
  const fingerprint = entryFingerprint(entered);
  const sealed = facts['state'] === 'released' && state.undoReleased !== runId;
  const fenced: Fenced = {
    ...state,
    runId,
    ...(fingerprint === undefined ? {} : { entryFingerprint: fingerprint }),
    waitUntil: lastStartBy(settings, entered, now).toISOString(),
    cancelledCommands: cancelled.length,
    terminatedBackends: Number(facts['terminated'] ?? 0),
    stampedObjects: Number(facts['stamped'] ?? 0),
    ...(sealed ? { outcome: 'already_released' as const } : {}),
  };
  const entry = { runId, step: 'fence', packageDigest: settings.PACKAGE_DIGEST, facts: { ...facts, ...fenced } };
  await recordEvidenceIfPossible(ports, entry);
  return fenced;
}

/**
 * Makes sure that no forward script of the run is running, and says from when on none can start any more: cancels
 * commands, terminates their backends, proves that none is left. Safe to repeat.
 * @throws FenceNotProven, or as `runScript`: nothing is undone then, a human has to look.
 */
export function fence(settings: Settings, given: FencePorts) {
  return async (event: unknown): Promise<Fenced> => {
    const input = parseStep(rollbackInputSchema, event);
    const { state, execution } = input;
    const release = await findRelease(settings, given, state);
    if (release === undefined) return nothingToStop(state, runIdOf(execution.Id), given.clock.now());
    const runId = runIdOf(release.arn);
    // Started by hand with {}, only now is it known which run the lines are about.
    const ports = { ...given, log: given.log.with({ runId }) };
    try {
      const fenced = await fenceOff(settings, ports, input, release);
      const { outcome } = fenced;
      if (outcome !== undefined) await reportRollback(ports, settings, { runId, execution, outcome });
      return fenced;
    } catch (error) {
      await recordFailure(ports, { runId, step: 'fence', packageDigest: settings.PACKAGE_DIGEST }, error);
      await reportRollback(ports, settings, { runId, execution, outcome: undefined });
      throw error;
    }
  };
}
