import type { AllPorts } from '../../local/functions/handlers.ts';
import type { CommandFaults, SentCommand } from '../../local/ssm/faults.ts';
import type { InvokeOutcome } from '../../local/step-functions/invoker.ts';
import type { JsonObject } from '../../local/step-functions/json.ts';
import type { Life } from './life.ts';
import type { Scene } from './scene.ts';

/** One invocation of a function, in the form that a fault gets. */
export interface Invocation {
  readonly state: string;
  /** 1 for the first time this state's function runs in a drive, 2 for a retry. */
  readonly attempt: number;
  readonly life: Life;
  readonly drive: Scene;
}

/** What to do to the psql session of one script. */
export interface Splice {
  /** Script id, such as `tier-3`. */
  readonly script: string;
  /** How many of its deliveries are affected: 1 only the first, 99 all of them. */
  readonly times: number;
  /**
   * Number of the statement (from 0, prelude first) before which the text is inserted; with `refuse` and `missing` psql
   * never starts.
   */
  readonly at: number | 'refuse' | 'missing';
  /** Text for psql: SQL or backslash commands. */
  readonly text: string;
  /** Run by the driver when psql reaches the text, while psql waits for it. */
  readonly then?: (drive: Scene) => Promise<void> | void;
}

/** What goes wrong in one drive. Every part is optional; product code is never changed. */
export interface Injection {
  readonly command?: (sent: SentCommand) => CommandFaults | undefined;
  readonly lambda?: (call: Invocation, run: () => Promise<InvokeOutcome>) => Promise<InvokeOutcome>;
  readonly ports?: (ports: AllPorts, call: Invocation) => AllPorts;
  readonly splices?: readonly Splice[];
  /** Changes the definition of RELEASE, for endings that no function can cause. */
  readonly definition?: (definition: JsonObject) => JsonObject;
  /** Called when everything is prepared, before the execution starts. */
  readonly onStart?: (drive: Scene) => Promise<void> | void;
}

/** One fault, with an id that replays it. */
export interface Fault {
  /** Unique id, the value of `--only`. */
  readonly id: string;
  /** Row of the table in which the fault is counted. */
  readonly kind: string;
  /** The state of RELEASE in which the drive begins, on a copy of the database as it was on entering that state. */
  readonly start: string;
  readonly injection: Injection;
  /**
   * True when the fault outlasts every retry: the first rollback may end in *Needs a human*, and the second must then
   * succeed.
   */
  readonly lasting?: boolean;
  /** True when the fault strikes after the seal: whatever it does, the release stays. */
  readonly sealed?: boolean;
  /** Milliseconds that must pass before the result is judged, because something is still to be delivered until then. */
  readonly settleMs?: number;
  /** Place in the rota of statement faults: one seed plays one in ten of them, ten seeds play all. */
  readonly turn?: number;
  /** How many seeds play all faults of its sort, where that is not ten. */
  readonly rota?: number;
  /** True when the fault kills the server's sessions, including the bystander's. */
  readonly endsSessions?: boolean;
}

/** A fault around one state, made for that state. */
export interface StepMisbehaviour {
  readonly kind: string;
  readonly injection: (state: string) => Injection;
  readonly lasting?: boolean;
  readonly endsSessions?: boolean;
  readonly settleMs?: number;
  /**
   * True for faults of RELEASE's states only: ROLLBACK is entered through the Catch, whose definition is not changed.
   */
  readonly releaseOnly?: boolean;
}

function first<Value>(left: Value | undefined, right: () => Value | undefined): Value | undefined {
  return left ?? right();
}

/** Combines two faults. */
export function both(one: Injection, two: Injection): Injection {
  return {
    command: (sent) => first(one.command?.(sent), () => two.command?.(sent)),
    lambda: (call, run) => {
      const inner = () => (two.lambda === undefined ? run() : two.lambda(call, run));
      return one.lambda === undefined ? inner() : one.lambda(call, inner);
    },
    ports: (ports, call) => {
      const inner = two.ports?.(ports, call) ?? ports;
      return one.ports?.(inner, call) ?? inner;
    },
    splices: [...(one.splices ?? []), ...(two.splices ?? [])],
    definition: (definition) => {
      const inner = two.definition?.(definition) ?? definition;
      return one.definition?.(inner) ?? inner;
    },
    onStart: async (drive) => {
      await one.onStart?.(drive);
      await two.onStart?.(drive);
    },
  };
}
