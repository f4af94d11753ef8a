import { join } from 'node:path';
import { parseArchive } from '../../../core/package/archive.ts';
import { describePackage } from '../../../core/package/package.ts';
import { timedPlaces } from '../../../core/package/timed-places.ts';
import type { Report } from '../../../core/report/build.ts';
import { timedStatements } from '../../../core/report/statements.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';

const files = readPackageFiles(join(__dirname, '../../../examples/orders'));
const { archive: text, plan } = describePackage(files);
const archive = parseArchive(text);
const places = timedPlaces(files, plan.tiers.find(({ id }) => id === '2')?.file ?? '');

/** A report of entries with these facts. */
function reportOf(entries: Readonly<Record<string, object>>): Report {
  const told = Object.entries(entries).map(([step, facts]) => ({ step, facts }));
  return { tiers: plan.tiers, evidence: { entries: told } } as unknown as Report;
}

const times = (...milliseconds: number[]) => ({ 'tier-2': milliseconds.map((each) => ({ milliseconds: each })) });

it('each statement has what it took on the copy, in the trial and in the release, and the slowest is first', () => {
  const rows = { 'tier-2': [{ milliseconds: 1 }, { milliseconds: 2, rows: 400 }] };
  const report = reportOf({
    'check-gate': { rehearsed: times(5, 9) },
    trial: { statements: times(1, 3) },
    'tier-2': { statements: rows },
  });
  expect(timedStatements(report, undefined)).toEqual({
    moments: ['rehearsal', 'trial', 'release'],
    scripts: [
      {
        id: 'tier-2',
        title: 'tier-2',
        rows: [
          { number: 2, rows: 400, took: { rehearsal: 9, trial: 3, release: 2 }, longest: 9 },
          { number: 1, took: { rehearsal: 5, trial: 1, release: 1 }, longest: 5 },
        ],
      },
    ],
  });
});

it('with the package each statement is named by its place', () => {
  const report = reportOf({ trial: { statements: times(...places.map((_, index) => index)) } });
  const [script] = timedStatements(report, archive).scripts;
  expect(script?.title).toContain('tiers/20_due_on.sql');
  expect(script?.rows.map(({ place }) => place)).toEqual([...places].reverse());
  expect(script?.rows.map(({ place }) => place?.text)).toContain('alter table public.orders add column due_on date;');
});

it('a package that has another number of statements than were timed names none', () => {
  const [script] = timedStatements(reportOf({ trial: { statements: times(1, 2) } }), archive).scripts;
  expect(script?.rows.map(({ number, place }) => [number, place])).toEqual([
    [2, undefined],
    [1, undefined],
  ]);
});

it('the scripts are in the order of a release, and nothing was timed where nobody says so', () => {
  const statements = Object.fromEntries(['undo', 'tier-4', 'tier-1'].map((id) => [id, [{ milliseconds: 1 }]]));
  const ids = (report: Report) => timedStatements(report, archive).scripts.map(({ id }) => id);
  expect(ids(reportOf({ trial: { statements } }))).toEqual(['tier-1', 'tier-4', 'undo']);
  expect(timedStatements(reportOf({ trial: { statements: { 'tier-1': [] } } }), archive).scripts).toEqual([]);
  expect(ids(reportOf({ trial: { statements: 'many' }, 'tier-1': {} }))).toEqual([]);
});
