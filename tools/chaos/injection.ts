import type { AllPorts } from '../../local/functions/handlers.ts';
import type { CommandFaults, SentCommand } from '../../local/ssm/faults.ts';
import type { InvokeOutcome } from '../../local/step-functions/invoker.ts';
import type { JsonObject } from '../../local/step-functions/json.ts';
import type { Life } from './life.ts';
import type { Scene } from './scene.ts';

/** One invocation of a function, as a fault sees it. */
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
  /** Which of its deliveries are hit: 1 only the first, 99 all of them. */
  readonly times: number;
  /** Statement (0-based, prelude first) in front of which the text goes; `refuse` and `missing` never start psql. */
  readonly at: number | 'refuse' | 'missing';
  /** psql input: SQL or backslash commands. */
  readonly text: string;
  /** Done by the driver when the text is reached, while psql waits for it. */
  readonly then?: (drive: Scene) => Promise<void> | void;
}

/** What goes wrong in one drive. Every part is optional; product code is never touched. */
export interface Injection {
  readonly command?: (sent: SentCommand) => CommandFaults | undefined;
  readonly lambda?: (call: Invocation, run: () => Promise<InvokeOutcome>) => Promise<InvokeOutcome>;
  readonly ports?: (ports: AllPorts, call: Invocation) => AllPorts;
  readonly splices?: readonly Splice[];
  /** Changes the RELEASE machine's definition, for endings that no function can bring about. */
  readonly definition?: (definition: JsonObject) => JsonObject;
  /** Called once the world stands, before the execution starts. */
  readonly onStart?: (drive: Scene) => Promise<void> | void;
}

/** One fault, by a name that replays it. */
export interface Fault {
  /** Unique; what `--only` takes. */
  readonly id: string;
  /** Row of the table. */
  readonly kind: string;
  /** The state of RELEASE in which the drive begins, on a copy of the database as it was on entering that state. */
  readonly start: string;
  readonly injection: Injection;
  /** The fault outlasts every retry: the first way back may end in *Needs a human*; the second must then succeed. */
  readonly lasting?: boolean;
  /** The fault strikes behind the seal: whatever it does, the release stays. */
  readonly sealed?: boolean;
  /** Milliseconds that must pass before the end is judged: something is still to be delivered until then. */
  readonly settleMs?: number;
  /** Place in the rota of statement faults: one in six is played with a seed, all six with six seeds. */
  readonly turn?: number;
  /** The fault kills the server's sessions, the bystander's too. */
  readonly endsSessions?: boolean;
}

/** What can go wrong around one state; made for that state. */
export interface StepMisbehaviour {
  readonly kind: string;
  readonly injection: (state: string) => Injection;
  readonly lasting?: boolean;
  readonly endsSessions?: boolean;
  readonly settleMs?: number;
  /** For RELEASE's states only: ROLLBACK is entered by the Catch, whose definition is left alone. */
  readonly releaseOnly?: boolean;
}

function first<Value>(left: Value | undefined, right: () => Value | undefined): Value | undefined {
  return left ?? right();
}

/** Both faults at once. */
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
