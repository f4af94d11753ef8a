import type { ReleasePackage } from '../../core/package/package.ts';
import { states, tierStateName } from '../../core/base/names.ts';
import { stepMisbehaviours } from './step-misbehaviours.ts';
import { both, type Fault, type Injection, type StepMisbehaviour } from './injection.ts';
import { failing } from './statement-faults.ts';
import { worldMisbehaviours } from './world-misbehaviours.ts';

function fault(state: string, start: string, given: StepMisbehaviour, base: Injection, where = state): Fault {
  const { kind, injection, lasting, endsSessions, settleMs } = given;
  return {
    id: `${where.replaceAll(' ', '-')}/${kind.replaceAll(/[^a-zA-Z0-9]+/g, '-')}`,
    kind,
    start,
    injection: both(base, injection(state)),
    ...(lasting === undefined ? {} : { lasting }),
    ...(endsSessions === undefined ? {} : { endsSessions }),
    ...(settleMs === undefined ? {} : { settleMs }),
  };
}

/** Every state × every fault of Lambda, Step Functions, evidence store, container and database. */
export function stepFaults({ plan }: ReleasePackage): Fault[] {
  const ended = [states.writeReport, states.signReport, states.announceEnding];
  const forward = [
    states.checkGate,
    states.announceWait,
    states.awaitApproval,
    states.checkAnswer,
    states.trial,
    ...plan.tiers.map(tierStateName),
    states.postChecks,
    ...ended,
  ];
  const back = [states.fence, states.undo, states.proveBaseline, ...ended];
  const middle = plan.tiers.filter(({ id }) => id === '4').map(tierStateName)[0] ?? '';
  // The fence reads the history, so a drive after the seal begins with the tier that seals, which gives it one.
  const behind: readonly string[] = [states.postChecks, ...ended];
  const last = plan.tiers.filter(({ seals }) => seals).map(tierStateName)[0] ?? '';
  const all = [...stepMisbehaviours, ...worldMisbehaviours];
  return [
    ...forward.flatMap((state) =>
      all.map((given) =>
        behind.includes(state)
          ? { ...fault(state, last, given, {}), sealed: given.kind !== 'machine time-out' }
          : fault(state, state, given, {}),
      ),
    ),
    ...back.flatMap((state) =>
      all
        .filter(({ releaseOnly }) => releaseOnly !== true)
        // RELEASE has these states too, and the fault strikes both.
        .map((given) => fault(state, middle, given, failing, behind.includes(state) ? `Rollback ${state}` : state)),
    ),
  ];
}
