import { states } from '../../core/base/names.ts';
import type { ReleasePackage } from '../../core/package/package.ts';
import { commandFaults } from './command-faults.ts';
import { both, type Fault } from './injection.ts';
import { backwardFaults, forwardFaults } from './statement-faults.ts';
import { stepFaults } from './step-faults.ts';
import { twinFaults } from './twins.ts';

const pairMark = '+';
/** Stands in the id of a fault behind the name of a package that is not this checkout's. */
const packageMark = ':';
/** What a script reads that keeps what it changes, or puts it back. */
const keeps = "current_setting('one_roof.keeps')";

/** Every single fault, in a fixed order. */
export function singleFaults(released: ReleasePackage): Fault[] {
  return [
    ...forwardFaults(released),
    ...backwardFaults(released),
    ...commandFaults(released),
    ...stepFaults(released),
    ...twinFaults(released),
  ];
}

/** One seed plays one in this many faults of what goes forward in {@link keepingFaults}: a prime number, so that it meets every kind. */
const FORWARD_ROTA = 101;

/**
 * The faults of a package that keeps what it changes: those of a session, in its tiers that keep and in the undo that puts
 * back. Everything else happens to this checkout's package in the same way.
 */
export function keepingFaults(released: ReleasePackage): Fault[] {
  const { plan, scripts } = released;
  const keeping = new Set(scripts.filter(({ text }) => text.includes(keeps)).map(({ script }) => script.id));
  const strikes = (ids: ReadonlySet<string>) => (fault: Fault) =>
    fault.injection.splices?.some(({ script }) => ids.has(script)) === true;
  const forward = forwardFaults(released).filter(({ start }) => start !== states.trial);
  return [
    ...forward.filter(strikes(keeping)).map((fault, turn) => ({ ...fault, turn, rota: FORWARD_ROTA })),
    ...backwardFaults(released).filter(strikes(new Set([plan.roles.undo]))),
  ].map((fault) => ({ ...fault, id: `${plan.name}${packageMark}${fault.id}` }));
}

/** Whether a fault belongs to another package than that of this checkout. */
export function isOfExample({ id }: Pick<Fault, 'id'>): boolean {
  return id.includes(packageMark);
}

/**
 * Two faults at once, which must begin in the same state. Whatever one of them may cause, the pair may cause as well.
 */
export function pair(one: Fault, two: Fault): Fault {
  return {
    id: `${one.id}${pairMark}${two.id}`,
    kind: 'two at once',
    start: one.start,
    injection: both(one.injection, two.injection),
    // Two failures in one place can use up the retries that one alone would leave. A human may then be asked for, and
    // the second rollback has to succeed.
    lasting: true,
    settleMs: Math.max(one.settleMs ?? 0, two.settleMs ?? 0),
    sealed: one.sealed === true && two.sealed === true,
    endsSessions: one.endsSessions === true || two.endsSessions === true,
  };
}

/** Finds a fault, or a pair, by its id. */
export function findFault(faults: readonly Fault[], id: string): Fault | undefined {
  const [first, second] = id.split(pairMark).map((part) => faults.find((fault) => fault.id === part));
  return first === undefined || second === undefined ? first : pair(first, second);
}
