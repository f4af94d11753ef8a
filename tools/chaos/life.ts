import type { AllPorts } from '../../local/functions/handlers.ts';
import type { InvokeOutcome } from '../../local/step-functions/invoker.ts';

/** The life of one invocation of a function. A dead invocation does nothing more, and its caller gets the outcome. */
export class Life {
  /** Settles when the function dies, with the outcome for its caller. */
  readonly ended: Promise<InvokeOutcome>;
  #end: (outcome: InvokeOutcome) => void = () => undefined;
  #dead = false;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** True once the function is dead. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Ends the function at the point it has reached. */
  die(error = 'Lambda.Unknown', message = 'The function ended without an answer'): void {
    this.#dead = true;
    const cause = JSON.stringify({ errorMessage: message, errorType: error });
    this.#end({ ok: false, error, cause });
  }

  /** The service stops waiting while the function goes on, as after a task time-out. */
  forget(): void {
    this.#end({ ok: false, error: 'States.Timeout', cause: '' });
  }
}

const never = new Promise<never>(() => undefined);

/** Ports with which a dead function can do nothing: every further call that it makes never returns. */
export function mortal(ports: AllPorts, life: Life): AllPorts {
  const guard = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]): unknown => {
          const dated = name === 'now' || name === 'info' || name === 'warn' || name === 'with';
          if (life.dead && !dated) return never;
          const result: unknown = Reflect.apply(value, object, parameters);
          return result instanceof Promise ? result.then((settled: unknown) => (life.dead ? never : settled)) : result;
        };
      },
    });
  return {
    clock: guard(ports.clock),
    commands: guard(ports.commands),
    executions: guard(ports.executions),
    standing: guard(ports.standing),
    running: guard(ports.running),
    laterEvidence: [],
    decisions: guard(ports.decisions),
    deployed: guard(ports.deployed),
    evidence: guard(ports.evidence),
    notifier: guard(ports.notifier),
    signer: guard(ports.signer),
    events: guard(ports.events),
    log: guard(ports.log),
  };
}
