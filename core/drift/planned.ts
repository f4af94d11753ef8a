import type { ReleasePlan } from '../package/plan-schema.ts';
import { aspectSentence, type Difference } from './differences.ts';
import type { Aspect } from './released-state.ts';

/** A later release whose plan is proven: it was sent as its run's folder says. */
export interface LaterRelease {
  readonly package: string;
  readonly run: string;
  readonly plan: Pick<ReleasePlan, 'existing' | 'replaces'>;
}

/** What a plan cannot say, so that no later release explains it. */
const neverPlanned: ReadonlySet<Aspect> = new Set(['owner', 'grants', 'policies']);

function namesObject({ plan }: LaterRelease, object: string): boolean {
  const [kind = '', ...rest] = object.split(' ');
  const name = rest.join(' ');
  if (kind === 'view') return plan.replaces?.views.includes(name) === true;
  if (kind === 'function') return plan.replaces?.functions.includes(name) === true;
  return plan.existing.some(({ relation }) => relation === name.split('.')[0]);
}

function writesRows({ plan }: LaterRelease, object: string): boolean {
  const changing = plan.existing.filter(({ rows }) => rows === 'updated' || rows === 'deleted');
  return changing.some(({ relation }) => object === `table ${relation}`);
}

/** What is left of a difference when what later releases planned is taken off; undefined when nothing is. */
function unplanned(difference: Difference, later: readonly LaterRelease[]): Difference | undefined {
  const { object, aspects } = difference;
  if (aspects.length === 0) return later.some((release) => writesRows(release, object)) ? undefined : difference;
  if (!later.some((release) => namesObject(release, object))) return difference;
  const left = aspects.filter((aspect) => neverPlanned.has(aspect));
  if (left.length === 0) return undefined;
  return left.length === aspects.length
    ? difference
    : { object, aspects: left, sentence: aspectSentence(object, left) };
}

/** Differences that no later release has planned, and the sentences of those that one has. */
export function withoutPlanned(
  differences: readonly Difference[],
  later: readonly LaterRelease[],
): { readonly drift: Difference[]; readonly planned: string[] } {
  const judged = differences.map((difference) => ({ difference, left: unplanned(difference, later) }));
  return {
    drift: judged.flatMap(({ left }) => left ?? []),
    planned: judged.flatMap(({ difference, left }) => (left === difference ? [] : [difference.sentence])),
  };
}
