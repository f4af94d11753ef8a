import * as z from 'zod';
import { checkedSchema } from '../base/contracts.ts';
import { endingStateSchema } from '../base/ending-state.ts';
import type { Environment } from '../base/environment.ts';
import { isRollback, states } from '../base/names.ts';
import { eventTypes, type ReleaseEvent } from '../base/release-event.ts';
import { endedRollbackSchema } from '../base/rollback-contracts.ts';
import { runIdOf } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';
import type { AnnouncerPorts } from '../base/step-ports.ts';
import { endingOf } from '../ending/ending.ts';
import { type EndingName, endingTable } from '../ending/ending-table.ts';
import { rollbackTable } from '../ending/rollback-ending.ts';

type Settings = Environment<'announce'>;

/** What *Write report* leaves in the state; an error in place of it when there is no report. */
const reportedSchema = z.object({
  report: z.string().optional(),
  evidenceHead: z.string().optional(),
  reportError: z.unknown().optional(),
});

function common({ TITLE: title }: Settings, execution: string, enteredAt: Date) {
  return { version: 1, title, execution, at: enteredAt.toISOString() } as const;
}

function proofOf({ report, evidenceHead }: z.output<typeof reportedSchema>) {
  return {
    ...(report === undefined ? {} : { report }),
    ...(evidenceHead === undefined ? {} : { evidenceHead }),
  };
}

function endingBy(name: EndingName, state: string = endingTable[name].endsIn.name) {
  return { name, state, exitCode: endingTable[name].exitCode };
}

function wait(settings: Settings, event: unknown): ReleaseEvent {
  const { state, execution, enteredAt } = parseStep(checkedSchema, event);
  const { runId, packageDigest, answersLeft } = state;
  const expiresAt = new Date(enteredAt.getTime() + settings.APPROVAL_SECONDS * 1000).toISOString();
  const about = { ...common(settings, execution.Id, enteredAt), runId, packageDigest };
  return { type: eventTypes.waits, detail: { ...about, waitsFor: 'approval', expiresAt, answersLeft } };
}

function endedRelease(settings: Settings, event: unknown): ReleaseEvent {
  const { state, execution, enteredAt } = parseStep(endingStateSchema.extend(reportedSchema.shape), event);
  const about = { ...common(settings, execution.Id, enteredAt), runId: runIdOf(execution.Id) };
  const packageDigest = settings.PACKAGE_DIGEST;
  const ending = endingBy(endingOf(state).name);
  return { type: eventTypes.released, detail: { ...about, packageDigest, ending, ...proofOf(state) } };
}

/** Undefined when the rollback has nothing new to say: it left no report, and none failed. */
function endedRollback(settings: Settings, event: unknown): ReleaseEvent | undefined {
  const { state, execution, enteredAt } = parseStep(endedRollbackSchema.extend(reportedSchema.shape), event);
  const { runId, error, evidenceHead, reportError } = state;
  if (error === undefined && evidenceHead === undefined && reportError === undefined) return undefined;
  const { name, endsIn } = rollbackTable[error === undefined ? (state.outcome ?? 'failed') : 'failed'];
  const about = { ...common(settings, execution.Id, enteredAt), ...(runId === undefined ? {} : { runId }) };
  return { type: eventTypes.rolledBack, detail: { ...about, ending: endingBy(name, endsIn), ...proofOf(state) } };
}

const stateSchema = z.object({ state: z.object({ Name: z.string() }), execution: z.object({ Id: z.string() }) });

/** The event that a state has to announce, from the state's own event. */
function eventOf(settings: Settings, event: unknown): ReleaseEvent | undefined {
  const { state, execution } = stateSchema.parse(event);
  if (state.Name === states.announceWait) return wait(settings, event);
  return isRollback(execution.Id) ? endedRollback(settings, event) : endedRelease(settings, event);
}

/**
 * States *Announce wait* and *Announce ending*: tell EventBridge that a release waits, or how a run ended. They decide
 * nothing: both machines drop their result, and their error. An event holds facts that everybody may read: no SQL, no
 * token, no approval code, no words of an error.
 * @throws the error of EventBridge.
 */
export function announce(settings: Settings, { events }: AnnouncerPorts) {
  return async (event: unknown): Promise<void> => {
    const made = eventOf(settings, event);
    if (made !== undefined) await events.put(made);
  };
}
