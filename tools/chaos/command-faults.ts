import { trialId } from '../../core/package/engine-scripts.ts';
import type { ReleasePackage } from '../../core/package/package.ts';
import { tierScriptId } from '../../core/package/plan.ts';
import { states, tierStateName } from '../../core/base/names.ts';
import { roles } from '../package.ts';
import type { CommandFaults } from '../../local/ssm/faults.ts';
import { both, type Fault, type Injection } from './injection.ts';
import { failing, wayBack } from './statement-faults.ts';

/** One way in which SSM or its agent misbehaves, and what has to be known to judge the result. */
interface Misbehaviour {
  readonly kind: string;
  readonly faults: CommandFaults;
  /** Ends the function after this many milliseconds, because it would wait for minutes. */
  readonly diesAfter?: number;
  readonly settleMs?: number;
  /** True when every attempt is affected, not only the first. */
  readonly always?: boolean;
}

const one = (kind: string, faults: CommandFaults, rest: Partial<Misbehaviour> = {}): Misbehaviour => ({
  kind,
  faults,
  ...rest,
});
const late = { diesAfter: 2_500, settleMs: 14_000 };

/** Everything that SSM Run Command can do to a command; sources: docs/reliability.md. */
export const misbehaviours: readonly Misbehaviour[] = [
  one('send throttled once', { send: 'throttled' }),
  one('send throttled', { send: 'throttled' }, { always: true }),
  one('send denied', { send: 'access-denied' }),
  one('send fails (500)', { send: 'server-error' }),
  one('send fails (500), accepted', { send: 'accepted-server-error' }),
  one('send cut, accepted', { send: 'accepted-reset' }),
  one('send unanswered, accepted', { send: 'accepted-silence' }),
  one('invisible for 1.5 s', { invisibleFor: 1_500 }),
  one('invisible for ever', { invisibleFor: 1e9 }, { diesAfter: 3_000 }),
  one('delivered after 0.7 s', { deliverAfter: 700 }),
  one('delivered after its start-by', { deliverAfter: 4_200 }, late),
  one('delivered after the rollback', { deliverAfter: 12_000, startsThoughLate: true }, { ...late, settleMs: 17_000 }),
  one('delivered though given up', { deliverAfter: 5_500, deliveryTimedOutAfter: 1_000, startsThoughLate: true }, late),
  one('delivered twice at once', { duplicateAfter: 0 }, { settleMs: 2_000 }),
  one('delivered twice, 0.3 s apart', { duplicateAfter: 300 }, { settleMs: 2_000 }),
  one('delivered twice, 1.2 s apart', { duplicateAfter: 1_200 }, { settleMs: 3_000 }),
  one('delivered again after the end', { duplicateAfter: 9_000 }, { settleMs: 12_000 }),
  one('run again by the agent', { runAgainAfter: 50 }),
  one('run again by the agent, late', { runAgainAfter: 3_000 }, { settleMs: 8_000 }),
  one('cancelled before delivery', { cancelAfter: 0, deliverAfter: 100 }),
  one('cancelled before psql connects', { cancelAfter: 15 }),
  one('cancelled while it runs', { cancelAfter: 120 }),
  one('group killed before psql connects', { killAfter: 10 }),
  one('group killed while it runs', { killAfter: 100 }),
  one('worker dies', { workerDiesAfter: 40 }),
  one('DeliveryTimedOut before it connects', { deliveryTimedOutAfter: 10 }),
  one('DeliveryTimedOut while it runs', { deliveryTimedOutAfter: 100 }),
  one('exit code 137', { exitCode: 137 }),
  one('exit code 168', { exitCode: 168 }),
  one('exit code 169', { exitCode: 169 }),
  one('exit code 194 (run again)', { exitCode: 194 }),
  one('output lost', { outputLimit: 0 }),
  one('output cut to 60 characters', { outputLimit: 60 }),
  one('output cut to 300 characters', { outputLimit: 300 }),
];

function injectionOf(script: string, state: string, given: Misbehaviour): Injection {
  const hit = ({ comment, attempt }: { comment: string; attempt: number }) =>
    comment.endsWith(`/${script}`) && (given.always === true || attempt === 1);
  const { diesAfter } = given;
  return {
    command: (sent) => (hit(sent) ? given.faults : undefined),
    ...(diesAfter === undefined
      ? {}
      : {
          lambda: (call, run) => {
            if (call.state === state && call.attempt === 1)
              setTimeout(() => call.life.die('Sandbox.Timedout', 'Task timed out'), diesAfter).unref();
            return run();
          },
        }),
  };
}

function fault(script: string, state: string, start: string, given: Misbehaviour, base: Injection): Fault {
  const { settleMs, always } = given;
  return {
    id: `${state.replaceAll(' ', '-')}/${script}/${given.kind.replaceAll(/[^a-zA-Z0-9]+/g, '-')}`,
    kind: `SSM: ${given.kind}`,
    start,
    injection: both(base, injectionOf(script, state, given)),
    ...(settleMs === undefined ? {} : { settleMs }),
    ...(always === true ? { lasting: true } : {}),
  };
}

/** Every state that sends × every script that it sends × everything that SSM can do to a command. */
export function commandFaults({ plan }: ReleasePackage): Fault[] {
  const senders: [script: string, state: string][] = [
    [roles.gate, states.checkGate],
    [roles.gate, states.checkAnswer],
    [roles.approval, states.checkAnswer],
    [trialId, states.trial],
    ...plan.tiers.flatMap((tier) =>
      [...tier.beside, tierScriptId(tier)].map((script): [string, string] => [script, tierStateName(tier)]),
    ),
  ];
  const last = plan.tiers.filter(({ seals }) => seals).map(tierStateName)[0] ?? '';
  const middle = plan.tiers.filter(({ id }) => id === '4').map(tierStateName)[0] ?? '';
  return [
    ...senders.flatMap(([script, state]) => misbehaviours.map((given) => fault(script, state, state, given, {}))),
    ...[roles.contract, roles.outcome].flatMap((script) =>
      misbehaviours.map((given) => ({ ...fault(script, states.postChecks, last, given, {}), sealed: true })),
    ),
    ...wayBack(plan).flatMap(([script, state]) =>
      misbehaviours.map((given) => fault(script, state, middle, given, failing)),
    ),
  ];
}
