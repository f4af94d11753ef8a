import type { ReleasePackage } from '../../core/package/package.ts';
import { tierScriptId } from '../../core/package/plan.ts';
import type { CommandFaults } from '../../local/ssm/faults.ts';
import type { Fault } from './injection.ts';

const hits: readonly (readonly [kind: string, faults: CommandFaults])[] = [
  ['nothing else', {}],
  ['send denied', { send: 'access-denied' }],
  ['accepted, answer lost', { send: 'accepted-server-error' }],
  ['group killed', { killAfter: 60 }],
  ['delivered twice', { duplicateAfter: 200 }],
  ['delivered late', { deliverAfter: 1_500 }],
  ['output lost', { outputLimit: 0 }],
];

/** Two releases at the same instant, both approved, while a fault hits one of them in one tier. */
export function twinFaults({ plan }: ReleasePackage): Fault[] {
  return plan.tiers.map(tierScriptId).flatMap((script) =>
    hits.map(([kind, faults]): Fault => ({
      id: `twins/${script}/${kind.replaceAll(/[ ,]+/g, '-')}`,
      kind: `two releases: ${kind}`,
      start: 'Check gate',
      settleMs: 4_000,
      // Which of the two is hit does not matter: whoever comes second in that tier.
      injection: { command: ({ comment }) => (comment.endsWith(`/${script}`) ? faults : undefined) },
    })),
  );
}

/** Whether a fault is played with two releases. */
export function isTwin({ id }: Fault): boolean {
  return id.startsWith('twins/');
}
