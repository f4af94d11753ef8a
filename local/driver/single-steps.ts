import type * as z from 'zod';
import { checkedSchema, type trialSchema, tierStateSchema } from '../../core/base/contracts.ts';
import type { HandlerName } from '../../core/base/environment.ts';
import { type Drift, driftSchema } from '../../core/drift/check-drift.ts';
import { SettingMissing } from '../../core/base/errors.ts';
import { states } from '../../core/base/names.ts';
import type { BoundHandler } from '../functions/handlers.ts';

/** What *Check gate* found. */
export type Checked = z.output<typeof checkedSchema>;
/** What a trial took. */
export type Trial = z.output<typeof trialSchema>;
/** What a look at what was released came to. */
export type { Drift };
/** Finds the function of a handler. */
type HandlerOf = (name: HandlerName) => BoundHandler | undefined;

/** Runs one function as its state does, without an execution around it. */
async function runAlone(handlerOf: HandlerOf, name: HandlerName, state: string, input: unknown): Promise<unknown> {
  const handler = handlerOf(name);
  if (handler === undefined) throw new SettingMissing(`The stack has no function for ${name}`);
  const now = new Date().toISOString();
  const execution = { Id: `${name}-alone:${now}`, Name: `${name}-alone`, StartTime: now };
  return handler({ input, execution, state: { Name: state, EnteredTime: now } });
}

/** The functions that a command may run without an execution around them; each throws as its state or schedule would. */
export interface SingleSteps {
  /** Reads the gate as the first state of a release does, without starting a release. */
  checkGate(): Promise<Checked>;
  /** Tries the release under an approval code, as the state behind the approval does. The gate was read before. */
  tryRelease(checked: Checked, apr: string): Promise<Trial>;
  /** Compares what was released with what was sealed, as the schedule does. */
  checkDrift(): Promise<Drift>;
}

async function tryRelease(handlerOf: HandlerOf, checked: Checked, apr: string): Promise<Trial> {
  const { packageDigest } = checked;
  const approval = { apr, packageDigest, declaredBy: 'trial alone', acceptedAt: new Date().toISOString() };
  const input = { ...checked, decision: 'approved', reason: '', approval };
  const { trial } = tierStateSchema.parse(await runAlone(handlerOf, 'try-release', states.trial, input));
  if (trial === undefined) throw new SettingMissing('The trial gave no result');
  return trial;
}

/** The single steps of a runtime, by its functions. */
export function singleSteps(handlerOf: HandlerOf): SingleSteps {
  return {
    checkGate: async () => checkedSchema.parse(await runAlone(handlerOf, 'check-gate', states.checkGate, {})),
    tryRelease: (checked, apr) => tryRelease(handlerOf, checked, apr),
    checkDrift: async () => driftSchema.parse(await runAlone(handlerOf, 'check-drift', 'drift', {})),
  };
}
