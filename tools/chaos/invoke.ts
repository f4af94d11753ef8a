import * as z from 'zod';
import { envelope } from '../../local/functions/error-envelope.ts';
import { type AllPorts, bindHandler } from '../../local/functions/handlers.ts';
import type { InvokeFunction, InvokeOutcome } from '../../local/step-functions/invoker.ts';
import { functionId, localReferences, resolveVariables } from '../../local/driver/template.ts';
import type { Injection } from './injection.ts';
import { Life, mortal } from './life.ts';
import type { Scene } from './scene.ts';

const payloadSchema = z.looseObject({ input: z.unknown(), state: z.looseObject({ Name: z.string() }) });

/** The lives of the running functions, by state, so that a fault can end them by name. */
export const lives = new WeakMap<Scene, Map<string, Life>>();

function livesOf(drive: Scene): Map<string, Life> {
  const found = lives.get(drive) ?? new Map<string, Life>();
  lives.set(drive, found);
  return found;
}

/** Kills the function of a state, if it runs. */
export function killFunction(drive: Scene, state: string): void {
  livesOf(drive).get(state)?.die();
}

/**
 * Runs handlers in this process. Each invocation gets ports of its own, which the fault may have changed, and can be
 * killed. A killed function leaves behind only what it has already done.
 */
export function createInvoker(drive: Scene, injection: Injection, ports: AllPorts): InvokeFunction {
  const { release } = drive.stand;
  const resolve = localReferences(release.template);
  const attempts = new Map<string, number>();
  return async (functionName, payload) => {
    const { input, state } = payloadSchema.parse(payload);
    const found = release.functions.find(({ name }) => name === functionId(functionName));
    if (found === undefined) throw new Error(`no function ${functionName}`);
    drive.lastInput = input;
    const attempt = (attempts.get(state.Name) ?? 0) + 1;
    attempts.set(state.Name, attempt);
    const life = new Life();
    livesOf(drive).set(state.Name, life);
    const call = { state: state.Name, attempt, life, drive };
    const disturbed = drive.calm ? ports : (injection.ports?.(ports, call) ?? ports);
    const run = async (): Promise<InvokeOutcome> => {
      drive.working.add(life);
      void life.ended.then(() => life.dead && drive.working.delete(life));
      try {
        const handler = bindHandler(
          found.handler,
          resolveVariables(found.environment, resolve),
          mortal(disturbed, life),
        );
        return { ok: true, result: (await handler(payload)) ?? null };
      } catch (error) {
        return { ok: false, ...envelope(error) };
      } finally {
        drive.working.delete(life);
      }
    };
    const work = drive.calm || injection.lambda === undefined ? run() : injection.lambda(call, run);
    return Promise.race([work, life.ended]);
  };
}
