import type * as z from 'zod';
import { checkedSchema, type trialSchema, tierStateSchema } from '../../core/base/contracts.ts';
import type { HandlerName } from '../../core/base/environment.ts';
import { SettingMissing } from '../../core/base/errors.ts';
import { states } from '../../core/base/names.ts';
import type { BoundHandler } from '../functions/handlers.ts';

/** What *Check gate* found. */
export type Checked = z.output<typeof checkedSchema>;
/** What a trial took. */
export type Trial = z.output<typeof trialSchema>;
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

/** Reads the gate as the first state of a release does. @throws as that state. */
export async function checkGate(handlerOf: HandlerOf): Promise<Checked> {
  return checkedSchema.parse(await runAlone(handlerOf, 'check-gate', states.checkGate, {}));
}

/** Tries the release as the state behind an accepted answer does. @throws as that state. */
export async function tryRelease(handlerOf: HandlerOf, checked: Checked, apr: string): Promise<Trial> {
  const { packageDigest } = checked;
  const approval = { apr, packageDigest, declaredBy: 'trial alone', acceptedAt: new Date().toISOString() };
  const input = { ...checked, decision: 'approved', reason: '', approval };
  const { trial } = tierStateSchema.parse(await runAlone(handlerOf, 'try-release', states.trial, input));
  if (trial === undefined) throw new SettingMissing('The trial gave no result');
  return trial;
}
