import type { Report } from './build.ts';
import { type Flow, flowOf } from './flow.ts';

/** List price of Step Functions' Standard workflows, USD for 1,000 state transitions. */
const USD_PER_THOUSAND = 0.025;
/** Transitions a month that cost nothing, as a report writes it. */
export const freeTransitions = '4,000';

/** States between the named ones that decide and cost a transition too: Gate ready?, How did it end? */
const choicesAlways = 2;

/** What a run cost in Step Functions; Lambda, Systems Manager and S3 aside. */
export interface Cost {
  readonly transitions: number;
  /** USD at the list price, as if nothing were free. */
  readonly usd: string;
}

function entered(steps: Flow['forward']): number {
  return steps.filter(({ mark }) => mark !== 'open').length;
}

/**
 * Counts the states that were entered, each of which is one transition, from the evidence: every answer costs a round
 * of Await approval, Check answer and Approved?. Retries are not in the evidence, so the number is a lower bound.
 */
export function costOf(report: Report): Cost {
  const { forward, branch } = flowOf(report);
  const count = (step: string) => report.evidence.entries.filter((entry) => entry.step === step).length;
  const asked = count('request-approval');
  const answered = count('check-answer');
  const repeated = Math.max(0, asked - 1) + Math.max(0, answered - 1);
  // Roll back and Already released? in the release; two decisions and the Wait in ROLLBACK; both machines' last state.
  const decisions = count('fence') > 0 ? 6 : 0;
  // Write report is not drawn.
  const undrawn = report.kind === 'release' ? 1 : 0;
  const states = entered(forward) + entered(branch.steps) + undrawn;
  const transitions = states + repeated + answered + decisions + choicesAlways;
  return { transitions, usd: ((transitions * USD_PER_THOUSAND) / 1000).toFixed(6) };
}
