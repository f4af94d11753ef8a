import { SettingMissing } from '../../core/base/errors.ts';
import { functionId } from '../driver/template.ts';
import type { InvokeFunction } from '../step-functions/invoker.ts';
import { envelope } from './error-envelope.ts';
import type { BoundHandler } from './handlers.ts';
import type { StoppableClock } from './stoppable-clock.ts';

/** Runs functions in this process. An error that a handler throws is reported in the form that Lambda gives it. */
export function createInvoke(handlers: ReadonlyMap<string, BoundHandler>, clock: StoppableClock): InvokeFunction {
  return async (functionName, payload, { signal }) => {
    clock.stopWith(signal);
    const handler = handlers.get(functionId(functionName));
    try {
      if (handler === undefined) throw new SettingMissing(`No function is named ${functionName}`);
      return { ok: true, result: (await handler(payload)) ?? null };
    } catch (error) {
      return { ok: false, ...envelope(error) };
    }
  };
}
