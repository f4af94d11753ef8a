import * as z from 'zod';
import {
  statementTimesSchema,
  type StatementTimes,
  timedFactsSchema,
  type TimedStatement,
} from '../base/statement-times.ts';
import { lastOf } from '../evidence/entries.ts';
import { archivedFiles, type PackageArchive } from '../package/archive.ts';
import { type TimedPlace, timedPlaces } from '../package/timed-places.ts';
import type { Report } from './build.ts';
import { scriptsOf } from './html-package.ts';

/** When statements of a release are timed: on a copy before, in the trial, and in the release itself. */
const moments = ['rehearsal', 'trial', 'release'] as const;
type Moment = (typeof moments)[number];

/** A statement of a script: which one it is, and what it took at each moment. */
export interface StatementRow {
  /** Its place among the script's, counted from 1. */
  readonly number: number;
  /** Absent without the package, and where it does not tell. */
  readonly place?: TimedPlace | undefined;
  readonly rows?: number | undefined;
  /** Milliseconds. */
  readonly took: Readonly<Record<Moment, number | undefined>>;
  /** The longest of these. */
  readonly longest: number;
}

/** The timed statements of a script, the slowest first. */
export interface TimedScript {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly StatementRow[];
}

/** What was timed: the moments of which there are figures, and the scripts in the order of a release. */
export interface TimedStatements {
  readonly moments: readonly Moment[];
  readonly scripts: readonly TimedScript[];
}

const rehearsed = z.object({ rehearsed: statementTimesSchema });

function timesAt({ tiers, evidence: { entries } }: Report): Record<Moment, StatementTimes> {
  const of = (step: string) => timedFactsSchema.safeParse(lastOf(entries, step)?.facts).data?.statements ?? {};
  return {
    rehearsal: rehearsed.safeParse(lastOf(entries, 'check-gate')?.facts).data?.rehearsed ?? {},
    trial: of('trial'),
    release: Object.fromEntries(tiers.flatMap(({ id }) => Object.entries(of(`tier-${id}`)))),
  };
}

function rowOf(
  at: Readonly<Record<Moment, TimedStatement | undefined>>,
  number: number,
  place: TimedPlace | undefined,
): StatementRow {
  const took = {
    rehearsal: at.rehearsal?.milliseconds,
    trial: at.trial?.milliseconds,
    release: at.release?.milliseconds,
  };
  const longest = Math.max(0, ...moments.map((moment) => took[moment] ?? 0));
  return { number, place, rows: at.release?.rows ?? at.rehearsal?.rows ?? at.trial?.rows, took, longest };
}

/**
 * The statements of a release with what each of them took, from its evidence; their places from the package, where it lies in the
 * folder of the run and has as many statements as were timed.
 */
export function timedStatements(report: Report, archive: PackageArchive | undefined): TimedStatements {
  const times = timesAt(report);
  const files = archive === undefined ? new Map<string, string>() : archivedFiles(archive);
  const shown = new Map(scriptsOf(files).map((script) => [script.id, script]));
  const ids = report.tiers.map(({ id }) => `tier-${id}`);
  const known = [...new Set([...ids, ...moments.flatMap((moment) => Object.keys(times[moment]))])];
  const scripts = known.flatMap((id) => {
    const count = Math.max(0, ...moments.map((moment) => times[moment][id]?.length ?? 0));
    if (count === 0) return [];
    const { title = id, file = '' } = shown.get(id) ?? {};
    const places = timedPlaces(files, file);
    const rows = Array.from({ length: count }, (_, index) => {
      const { rehearsal, trial, release } = times;
      const at = { rehearsal: rehearsal[id]?.[index], trial: trial[id]?.[index], release: release[id]?.[index] };
      return rowOf(at, index + 1, places.length === count ? places[index] : undefined);
    });
    return [{ id, title, rows: rows.sort((one, two) => two.longest - one.longest || one.number - two.number) }];
  });
  return { moments: moments.filter((moment) => Object.keys(times[moment]).length > 0), scripts };
}
