import { randomUUID } from 'node:crypto';

import { messageOf } from '../../core/base/errors.ts';
import type { Json } from './json.ts';

/** The context of an invocation. `signal` is aborted when the service stops, and only then (as on AWS). */
export interface InvokeContext {
  readonly executionArn: string;
  readonly stateName: string;
  readonly requestId: string;
  /** The state's TimeoutSeconds in milliseconds; the function goes on when they have passed. */
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * A function's result, or its error as Lambda reports it: `cause` is the JSON text {errorMessage, errorType, trace}.
 */
export type InvokeOutcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: string; readonly cause: string };

/** Runs a Lambda function for the service. `functionName` is as in the definition: a name or an ARN. */
export type InvokeFunction = (functionName: string, payload: Json, context: InvokeContext) => Promise<InvokeOutcome>;

/** Serves another resource for the service, for example `arn:aws:states:::sns:publish`. */
export type IntegrationFunction = (parameters: Json, context: InvokeContext) => Promise<InvokeOutcome>;

/**
 * Faults for tests. `beforeInvoke` may answer instead of the function (a throttle: the function never ran);
 * `afterInvoke` may replace its outcome (a lost reply: the function ran, but nobody learns of it). Undefined means no
 * fault.
 */
export interface Faults {
  readonly beforeInvoke?: (functionName: string, payload: Json) => Promise<InvokeOutcome | undefined>;
  readonly afterInvoke?: (functionName: string, outcome: InvokeOutcome) => Promise<InvokeOutcome | undefined>;
}

/** The part of the context that a caller of the Invoker gives; the Invoker adds the rest. */
export type Caller = Pick<InvokeContext, 'executionArn' | 'stateName' | 'timeoutMs'>;

async function settle(call: () => Promise<InvokeOutcome>): Promise<InvokeOutcome> {
  try {
    return await call();
  } catch (error) {
    return { ok: false, error: 'Lambda.Unknown', cause: messageOf(error) };
  }
}

/** Runs functions and keeps track of the running ones, because a stopped execution does not stop its functions. */
export class Invoker {
  readonly #invoke: InvokeFunction;
  readonly #faults: Faults;
  readonly #stopped = new AbortController();
  readonly #running = new Map<Promise<InvokeOutcome>, string>();

  constructor(invoke: InvokeFunction, faults: Faults) {
    this.#invoke = invoke;
    this.#faults = faults;
  }

  /**
   * Runs a function. Whatever it throws becomes Lambda.Unknown, because the service would not know the reason either.
   */
  invoke(functionName: string, payload: Json, caller: Caller): Promise<InvokeOutcome> {
    return this.#track(functionName, async () => {
      const instead = await this.#faults.beforeInvoke?.(functionName, payload);
      if (instead) return instead;
      const outcome = await settle(() => this.#invoke(functionName, payload, this.#context(caller)));
      return (await this.#faults.afterInvoke?.(functionName, outcome)) ?? outcome;
    });
  }

  /** Runs an integration under the same rules. */
  integrate(resource: string, run: IntegrationFunction, parameters: Json, caller: Caller): Promise<InvokeOutcome> {
    return this.#track(resource, () => run(parameters, this.#context(caller)));
  }

  /**
   * Tells the running functions to stop, and waits for them.
   * @throws Error naming those that are still running after `graceMs` milliseconds.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopped.abort();
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.all(this.#running.keys()), grace]);
    clearTimeout(timer);
    if (this.#running.size > 0) {
      throw new Error(`still running ${graceMs} ms after the stop: ${[...this.#running.values()].join(', ')}`);
    }
  }

  #context(caller: Caller): InvokeContext {
    return { ...caller, requestId: randomUUID(), signal: this.#stopped.signal };
  }

  #track(what: string, call: () => Promise<InvokeOutcome>): Promise<InvokeOutcome> {
    const running = settle(call).finally(() => this.#running.delete(running));
    this.#running.set(running, what);
    return running;
  }
}
