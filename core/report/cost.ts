import type { Report } from './build.ts';
import { type Flow, flowOf } from './flow.ts';

/** List price of Step Functions' Standard workflows, in USD per 1,000 state transitions. */
const USD_PER_THOUSAND = 0.025;
/** State transitions per month that are free of charge, as a report writes the number. */
export const freeTransitions = '4,000';

/**
 * Choice states that every run enters and that the graph does not show: Gate ready?, How did it end? Each costs a
 * transition.
 */
const choicesAlways = 2;

/** What a run cost in Step Functions, without Lambda, Systems Manager and S3. */
export interface Cost {
  readonly transitions: number;
  /** USD at the list price, ignoring the free transitions. */
  readonly usd: string;
}

function entered(steps: Flow['forward']): number {
  return steps.filter(({ mark }) => mark !== 'open').length;
}

/**
 * Counts the states that were entered, each of which is one transition, from the evidence. Every answer costs one round
 * of Await approval, Check answer and Approved?. Retries are not in the evidence, so the number is a lower bound.
 */
export function costOf(report: Report): Cost {
  const { forward, branch } = flowOf(report);
  const count = (step: string) => report.evidence.entries.filter((entry) => entry.step === step).length;
  const asked = count('request-approval');
  const answered = count('check-answer');
  const repeated = Math.max(0, asked - 1) + Math.max(0, answered - 1);
  // Sign report and Announce ending, and Announce wait before each request. Folders from before these name no signer.
  const side = report.signer === undefined ? 0 : 1;
  // Eight states that are not drawn: Roll back and Already released? in RELEASE; two choices, the Wait, Write report and
  // How did it end? in ROLLBACK; and the last states of both machines, of which one is drawn.
  const decisions = count('fence') > 0 ? 8 + 2 * side : 0;
  // Write report of RELEASE, and what follows it, are not drawn either.
  const undrawn = report.kind === 'release' ? 1 + 2 * side : 0;
  const states = entered(forward) + entered(branch.steps) + undrawn + side * asked;
  const transitions = states + repeated + answered + decisions + choicesAlways;
  return { transitions, usd: ((transitions * USD_PER_THOUSAND) / 1000).toFixed(6) };
}
