import { UsageError } from '../base/errors.ts';
import type { ReleasePlan } from './plan-schema.ts';
import { tierScriptId } from './plan.ts';

/** A moment of a release at which a package's tests look at the database. */
export interface Moment {
  /** How the name of a test file begins that belongs here. */
  readonly id: string;
  readonly title: string;
  /** The script that leads to it from the moment before; none for the first. */
  readonly script?: string;
}

/** One promise of a test, as its line of TAP says it. */
export interface Promised {
  readonly promise: string;
  readonly holds: boolean;
  /** What was found instead; empty when nothing was said. */
  readonly detail: string;
}

const fileName = /^(before|after_undo|after_tier_[0-9]{1,2})(?:_[a-z0-9_]+)?\.sql$/;
const tapLine = /^(not )?ok\b\s*[0-9]*\s*(?:- )?(.*)$/;

/** The moments of a package's release, in order: before it, behind each tier, and behind the undo of the sealed release. */
export function momentsOf({ tiers, roles }: ReleasePlan): Moment[] {
  return [
    { id: 'before', title: 'before the release' },
    ...tiers.map((tier) => ({
      id: `after_tier_${tier.id}`,
      title: `after tier ${tier.id} ${tier.name}`,
      script: tierScriptId(tier),
    })),
    { id: 'after_undo', title: 'after the undo', script: roles.undo },
  ];
}

/**
 * The moment that the name of a test file says.
 * @throws UsageError for any other name, because a test that is never run proves nothing.
 */
export function momentOf(name: string, moments: readonly Moment[]): Moment {
  const id = fileName.exec(name)?.[1];
  const found = moments.find((moment) => moment.id === id);
  if (found !== undefined) return found;
  const ids = moments.map((moment) => moment.id).join(', ');
  throw new UsageError(`test/${name} does not say when it is to be run: a name begins with one of ${ids}.`);
}

/** Reads what a test printed: lines of TAP, each with the comments that follow it. Other lines say nothing. */
export function readTap(output: string): Promised[] {
  const found: Promised[] = [];
  for (const line of output.split('\n')) {
    const [, not, promise] = tapLine.exec(line) ?? [];
    const last = found.at(-1);
    if (promise !== undefined) found.push({ promise, holds: not === undefined, detail: '' });
    else if (line.startsWith('#') && last?.holds === false) {
      found[found.length - 1] = { ...last, detail: [last.detail, line.slice(1).trim()].filter(Boolean).join('; ') };
    }
  }
  return found;
}
