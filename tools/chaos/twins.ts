import { states } from '../../core/base/names.ts';
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

/**
 * Faults that are played with two releases at the same instant, both approved, and that hit one of them in one tier.
 */
export function twinFaults({ plan }: ReleasePackage): Fault[] {
  return plan.tiers.map(tierScriptId).flatMap((script) =>
    hits.map(([kind, faults]): Fault => ({
      id: `twins/${script}/${kind.replaceAll(/[ ,]+/g, '-')}`,
      kind: `two releases: ${kind}`,
      start: states.checkGate,
      settleMs: 4_000,
      // Whichever of the two releases sends this tier is hit; which of them it is makes no difference.
      injection: { command: ({ comment }) => (comment.endsWith(`/${script}`) ? faults : undefined) },
    })),
  );
}

/** Whether a fault is played with two releases. */
export function isTwin({ id }: Fault): boolean {
  return id.startsWith('twins/');
}
