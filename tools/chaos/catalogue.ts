import type { ReleasePackage } from '../../core/package/package.ts';
import { commandFaults } from './command-faults.ts';
import { both, type Fault } from './injection.ts';
import { backwardFaults, forwardFaults } from './statement-faults.ts';
import { stepFaults } from './step-faults.ts';
import { twinFaults } from './twins.ts';

const pairMark = '+';

/** Every single fault there is, in a fixed order. */
export function singleFaults(released: ReleasePackage): Fault[] {
  return [
    ...forwardFaults(released),
    ...backwardFaults(released),
    ...commandFaults(released),
    ...stepFaults(released),
    ...twinFaults(released),
  ];
}

/** Two faults at once; they must begin in the same state. What one of them may cost, both may. */
export function pair(one: Fault, two: Fault): Fault {
  return {
    id: `${one.id}${pairMark}${two.id}`,
    kind: 'two at once',
    start: one.start,
    injection: both(one.injection, two.injection),
    // Two failures in one place can use up what one alone would leave: a human may be asked, and must then succeed.
    lasting: true,
    settleMs: Math.max(one.settleMs ?? 0, two.settleMs ?? 0),
    sealed: one.sealed === true && two.sealed === true,
    endsSessions: one.endsSessions === true || two.endsSessions === true,
  };
}

/** Finds a fault by its id, also a pair's. */
export function findFault(faults: readonly Fault[], id: string): Fault | undefined {
  const [first, second] = id.split(pairMark).map((part) => faults.find((fault) => fault.id === part));
  return first === undefined || second === undefined ? first : pair(first, second);
}
