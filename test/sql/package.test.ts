import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { includedFiles } from '../../core/package/flatten.ts';
import { generateFiles } from '../../core/package/generated.ts';
import { allScripts, parsePlan } from '../../core/package/plan.ts';
import { inPackage, packageFiles, packageText } from './release-database.ts';

const plan = parsePlan(packageFiles.get('release.json'));
const generated = generateFiles(packageFiles).files;
/** Every file of SQL or shell below sql/, those of the fixture too. */
const texts = new Map(
  readdirSync(inPackage(''), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(sql|sh)$/.test(path))
    .map((path) => [path, readFileSync(join(inPackage(''), path), 'utf8')]),
);
const written = [...texts].filter(([path]) => !generated.has(path));
/** What psql runs by itself: a script of the plan, or one that a person starts. */
const scripts = [...new Set([...allScripts(plan).map(({ file }) => file), ...byHand()])];
const writingTiers = plan.tiers.filter(({ mutates }) => mutates);

function byHand(): string[] {
  const pieces = includedFiles(packageFiles);
  return [...packageFiles.keys()].filter((path) => /^prod\w*\/.*\.sql$/.test(path) && !pieces.has(path));
}

describe('every line is said once', () => {
  it('no run of ten lines stands in it twice', () => {
    const places = new Map<string, string[]>();
    for (const [path, text] of written) {
      const lines = text.trimEnd().split('\n');
      for (let at = 0; at + 10 <= lines.length; at += 1) {
        const run = lines.slice(at, at + 10).join('\n');
        places.set(run, [...(places.get(run) ?? []), `${path}:${at + 1}`]);
      }
    }
    expect([...places.values()].filter((found) => found.length > 1)).toEqual([]);
  });

  it.each([
    [
      2_900,
      'without the fixture, the scripts of a rehearsal, foresight, trial, keep and the watch over what was released',
      /^(?!runner\/(foresight|trial|keep|drift))/,
    ],
    [240, 'in foresight and trial', /^runner\/(foresight|trial)/],
    [300, 'in what keeps and puts back', /^runner\/keep/],
    [190, 'in the watch over what was released', /^runner\/drift/],
  ])('has at most %i lines that a person wrote, %s', (most, _, counts) => {
    const counted = written.filter(([path]) => !/^(fixture|runner\/rehearsal|test)\//.test(path) && counts.test(path));
    expect(counted.length).toBeGreaterThan(3);
    expect(counted.reduce((sum, [, text]) => sum + text.split('\n').length - 1, 0)).toBeLessThanOrEqual(most);
  });

  it.each([...texts.keys()])('%s has no line over 140 characters', (path) => {
    expect((texts.get(path) ?? '').split('\n').filter(({ length }) => length > 140)).toEqual([]);
  });

  it('a name that the release creates is listed by plan.sql alone', () => {
    const [first = '', second = ''] = plan.creates.views;
    const lists = written.filter(
      ([, text]) => text.includes(`${first} ${second}`) || text.includes(`'${first}', '${second}'`),
    );
    expect(lists).toEqual([]);
    expect(packageFiles.get('plan.sql')).toContain(`${first} ${second}`);
  });

  it('the form of an approval code is said by plan.sql alone', () => {
    const { pattern, example } = plan.approval.code;
    const begins = example.slice(0, example.indexOf('-') + 1);
    const saying = written.filter(([path, text]) => !path.startsWith('fixture/') && text.includes(begins));
    expect(saying.map(([path]) => path)).toEqual([]);
    expect(JSON.stringify(plan.scripts)).not.toContain(begins);
    expect(packageFiles.get('plan.sql')).toContain(pattern);
  });
});

describe('the SQL package', () => {
  it.each(scripts.filter((file) => file !== 'prod/99_run_all.sql'))(
    '%s holds the database guard once, in the one form that a clone variant replaces',
    (file) => {
      expect(packageText(file).match(/^select '\w+' as guarded_database \\gset$/gm)).toEqual([
        String.raw`select '${plan.database}' as guarded_database \gset`,
      ]);
    },
  );

  it.each(writingTiers.map(({ file }) => file))(
    '%s opens and closes one transaction, and asks for the approval',
    (file) => {
      const included = (packageFiles.get(file) ?? '').match(/^\\ir .*$/gm) ?? [];
      const first = file === writingTiers[0]?.file;
      expect(included[0]).toBe(String.raw`\ir ../runner/open_tier.sql`);
      expect(included[1]).toBe(String.raw`\ir approval.sql`);
      expect(included).toContain(String.raw`\ir ../runner/close_tier.sql`);
      expect(included.some((line) => line.endsWith('/guard_stamp.sql'))).toBe(!first);
      const text = packageText(file);
      expect(text.match(/^begin transaction isolation level read committed read write;$/gm)).toHaveLength(1);
      expect(text.match(/^commit;$/gm)).toHaveLength(1);
    },
  );

  it.each([...texts.keys()].filter((path) => /^(prod|gate_monitor|final_)/.test(path) && path.endsWith('.sql')))(
    "%s never drops by CASCADE, truncates, creates triggers or names a machine's path",
    (path) => {
      const statements = (texts.get(path) ?? '').replace(/(^|\s)--.*$/gm, '').replace(/'[^'\n]*'/g, "''");
      expect(statements).not.toMatch(/\bcascade\b|\btruncate\b|create (event )?trigger|create \w+ if not exists/i);
      expect(statements).not.toMatch(/insert into (public\.)?(event_outbox|system_issues)/i);
    },
  );
});
