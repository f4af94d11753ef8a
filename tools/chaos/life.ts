import type { AllPorts } from '../../local/functions/handlers.ts';
import type { InvokeOutcome } from '../../local/step-functions/invoker.ts';

/** Whether one invocation of a function still lives. A dead one does nothing more, and its caller gets the outcome. */
export class Life {
  /** Settles when the function dies, with what its caller is told. */
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

  /** Ends the function where it stands. */
  die(error = 'Lambda.Unknown', message = 'The function ended without an answer'): void {
    this.#dead = true;
    const cause = JSON.stringify({ errorMessage: message, errorType: error });
    this.#end({ ok: false, error, cause });
  }

  /** The service gives up waiting while the function lives on, as after a task time-out. */
  forget(): void {
    this.#end({ ok: false, error: 'States.Timeout', cause: '' });
  }
}

const never = new Promise<never>(() => undefined);

/** Ports through which a dead function can do nothing: every call it still makes hangs for ever. */
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
    evidence: guard(ports.evidence),
    notifier: guard(ports.notifier),
    log: guard(ports.log),
  };
}
