import type { ReleasePackage } from '../../core/package/package.ts';
import { commandFaults } from './command-faults.ts';
import { both, type Fault } from './injection.ts';
import { backwardFaults, forwardFaults } from './statement-faults.ts';
import { stepFaults } from './step-faults.ts';
import { twinFaults } from './twins.ts';

const pairMark = '+';

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
