import * as z from 'zod';
import { createCallScript } from '../command/call-script.ts';
import { type fencedSchema, type rollbackInputSchema, typedRollbackSchema } from '../base/rollback-contracts.ts';
import type { Environment } from '../base/environment.ts';
import { messageOf, RollbackRefused, TrialNotFenced } from '../base/errors.ts';
import { recordEvidenceIfPossible, recordFailure } from '../evidence/evidence.ts';
import type { FoundCommand } from '../base/ports.ts';
import type { FencePorts } from '../base/step-ports.ts';
import { trialId } from '../package/engine-scripts.ts';
import { pinDocuments } from '../command/pin-documents.ts';
import { applicationName, runIdOf } from '../base/run-id.ts';
import { parseStep, problemsOf, type StepInput } from '../base/step-input.ts';
import { findRelease, namedRun, type Release } from './find-release.ts';
import {
  entryFingerprint,
  isRolledBack,
  lastStartBy,
  mayBeTrying,
  mayWrite,
  recordedFingerprint,
} from './release-history.ts';
import { visibleLine } from '../base/visible.ts';
import { wholeSecond } from './whole-second.ts';

type Fenced = z.output<typeof fencedSchema>;
type Input = z.output<typeof rollbackInputSchema>;
type Settings = Environment<'fence'>;
/** With what the stop of the release says of itself. */
type Stopped = Input & Pick<Fenced, 'stoppedBecause'>;

/** Characters of a cause that are kept: `one-roof stop` writes a name. */
const MAX_CAUSE = 300;

/** SSM statuses in which a command can still do something. */
const openStatuses = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

const howToStart =
  'Nothing was touched. Start ROLLBACK with {} for the newest release, or with {"undoReleased": "RUN"} for a sealed one.';

/** Parses what the rollback was started with. @throws RollbackRefused with one sentence when it is not valid. */
function readRequest(event: unknown): StepInput<Input> {
  const { state: typed, ...step } = parseStep(z.unknown(), event);
  const { data, error } = typedRollbackSchema.safeParse(typed);
  if (error === undefined) return { ...step, state: data };
  throw new RollbackRefused(`The input of this rollback cannot be used (${problemsOf(error)}). ${howToStart}`);
}

/**
 * The release to undo, which must have ended.
 * @throws RollbackRefused when no release has the flag's run id ("nothing to roll back" must not be said of another
 * one), and while the release is running.
 */
async function endedRelease(settings: Settings, ports: FencePorts, input: Input): Promise<Release | undefined> {
  const found = await findRelease(settings, ports, input);
  const flagged = namedRun(input);
  if (found === undefined && flagged !== undefined)
    throw new RollbackRefused(`There is no release with run id ${flagged}. ${howToStart}`);
  if (found?.running === true) {
    throw new RollbackRefused(
      `The release ${found.name} is still running. Nothing was touched. Stop it, which also rolls it back.`,
    );
  }
  return found;
}

async function cancelOpenCommands(
  settings: Settings,
  ports: FencePorts,
  runId: string,
  since: Date,
): Promise<FoundCommand[]> {
  const names = ['tier-', trialId].map((start) => applicationName(runId, start));
  const commands = await Promise.all(names.map(async (name) => ports.commands.find(name, since)));
  const open = commands.flat().filter(({ status }) => openStatuses.has(status));
  for (const { commandId } of open) await ports.commands.cancel(commandId, settings.NODE_ID);
  return open;
}

/**
 * The result when nothing was sent that could have written, or it is undone: nothing to stop and nothing to wait for.
 */
function nothingToStop(state: Stopped, runId: string, now: Date): Fenced {
  const waitUntil = wholeSecond(now);
  const none = { cancelledCommands: 0, terminatedBackends: 0, stampedObjects: 0 };
  return { ...state, ...none, runId, waitUntil, outcome: 'nothing_to_roll_back' };
}

/** The state with the cause of the stop. A history that cannot be read must not keep anything from being fenced. */
async function withCause({ executions }: FencePorts, state: Input, { arn }: Release): Promise<Stopped> {
  const cause = arn === undefined ? undefined : await executions.stopCause(arn).catch(() => undefined);
  return cause === undefined ? state : { ...state, stoppedBecause: visibleLine(cause.slice(0, MAX_CAUSE)) };
}

/** Ends what runs and looks what is there. @throws as `runScript`. */
async function stopAndLook(settings: Settings, ports: FencePorts, { runId, startedAt }: Release) {
  const cancelled = await cancelOpenCommands(settings, ports, runId, startedAt);
  const documents = await pinDocuments(ports, settings);
  // The start-by counts from this attempt: a retry keeps the state's EnteredTime, so its script would be refused.
  const call = createCallScript(ports, settings, { runId, enteredAt: ports.clock.now(), documents });
  return { cancelled, facts: (await call('fence')).facts };
}

/** The same, where nothing but the trial can be at work, whose failure calls no human to an untouched database. */
async function stopTrial(settings: Settings, ports: FencePorts, release: Release): ReturnType<typeof stopAndLook> {
  try {
    return await stopAndLook(settings, ports, release);
  } catch (error) {
    throw new TrialNotFenced(`The session of the trial could not be looked for: ${messageOf(error)}`, { cause: error });
  }
}

async function fenceOff(settings: Settings, ports: FencePorts, state: Stopped, release: Release): Promise<Fenced> {
  const now = ports.clock.now();
  const { runId, arn } = release;
  const entered = arn === undefined ? [] : await ports.executions.enteredStates(arn);
  const written = arn === undefined || entered.some((each) => mayWrite(settings, each));
  if ((!written && !mayBeTrying(entered)) || isRolledBack(entered)) return nothingToStop(state, runId, now);
  const { cancelled, facts } = await (written ? stopAndLook : stopTrial)(settings, ports, release);
  const fingerprint = arn === undefined ? await recordedFingerprint(ports, runId) : entryFingerprint(entered);
  const sealed = facts['state'] === 'released' && state.undoReleased !== runId;
  const fenced: Fenced = {
    ...state,
    runId,
    ...(fingerprint === undefined ? {} : { entryFingerprint: fingerprint }),
    waitUntil: wholeSecond(lastStartBy(settings, release, entered, now)),
    cancelledCommands: cancelled.length,
    terminatedBackends: Number(facts['terminated'] ?? 0),
    stampedObjects: Number(facts['stamped'] ?? 0),
    ...(sealed ? { outcome: 'already_released' as const } : {}),
    ...(written ? {} : { outcome: 'nothing_to_roll_back' as const }),
  };
  const entry = { runId, step: 'fence', packageDigest: settings.PACKAGE_DIGEST, facts: { ...facts, ...fenced } };
  await recordEvidenceIfPossible(ports, entry);
  return fenced;
}

/**
 * State *Fence*: makes sure that no forward script of the run is running, and says when none can start any more. It
 * cancels commands, terminates their backends, proves that none is left. Safe to repeat.
 * @throws RollbackRefused when the input names no release that can be rolled back: nothing was touched.
 * @throws TrialNotFenced when only the trial could be at work: there is nothing to undo.
 * @throws as `runScript`; nothing is undone then, and a human has to look.
 */
export function fence(settings: Settings, given: FencePorts) {
  return async (event: unknown): Promise<Fenced> => {
    const input = readRequest(event);
    const { state, execution } = input;
    const release = await endedRelease(settings, given, state);
    if (release === undefined) return nothingToStop(state, runIdOf(execution.Id), given.clock.now());
    const { runId } = release;
    // A rollback that was started by hand with {} knows only now which run it is about.
    const ports = { ...given, log: given.log.with({ runId }) };
    try {
      return await fenceOff(settings, ports, await withCause(ports, state, release), release);
    } catch (error) {
      await recordFailure(ports, { runId, step: 'fence', packageDigest: settings.PACKAGE_DIGEST }, error);
      throw error;
    }
  };
}
