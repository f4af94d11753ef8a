import { generateFiles } from '../../../core/package/generated.ts';
import { planSqlFile, renderPlanSql } from '../../../core/package/plan-sql.ts';
import { manifestFile, renderManifest } from '../../../core/package/manifest.ts';
import { parsePlan } from '../../../core/package/plan.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { inPackage } from '../../sql/release-database.ts';

const original = readPackageFiles(inPackage('.'));
const planText = original.get('release.json') ?? '';

/** A package whose scripts share lines, and whose plan wants copies of them. */
function sharing(copies: readonly object[]): Map<string, string> {
  const plan = JSON.stringify({ ...JSON.parse(planText), copies });
  return new Map(original)
    .set('release.json', plan)
    .set('prod/shared.sql', 'select 2;\n')
    .set('prod/00_preflight.sql', 'select 1;\n\\ir shared.sql\n')
    .set('copied/old.sql', 'select 3;\n');
}

describe('plan.sql', () => {
  it('holds each list and figure of the plan, on lines of at most 140 characters', () => {
    const text = renderPlanSql(parsePlan(planText));
    expect(text).toMatch(/^\\set release_functions 'fn_governance_scan\(text, text\)'$/m);
    expect(text).toMatch(/^\\if :\{\?expected_gap\} \\else \\set expected_gap '210' \\endif$/m);
    expect(text).toMatch(/^select 'directus' as guarded_database \\gset$/m);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(140);
    const tables = [...text.matchAll(/^\\set release_tables (?::release_tables )?'(.*)'$/gm)].map(([, piece]) => piece);
    expect(tables.join('').split(' ')).toEqual(parsePlan(planText).creates.tables);
  });
});

describe('what is generated into a package', () => {
  const copies = [
    { from: 'prod/', to: 'copied/' },
    { from: 'prod/00_preflight.sql', to: 'gate_monitor/one.sql' },
  ];

  it('is plan.sql, then the copies, self-contained, then the manifest of them all', () => {
    const { files, orphans } = generateFiles(sharing(copies));
    expect([...files.keys()].at(0)).toBe(planSqlFile);
    expect([...files.keys()].at(-1)).toBe(manifestFile);
    expect(files.get('gate_monitor/one.sql')).toMatch(
      /^-- Self-contained copy of prod\/00_preflight.sql, [^\n]+\nselect 1;\nselect 2;\n$/,
    );
    expect(files.get('copied/00_preflight.sql')).toBe(files.get('gate_monitor/one.sql'));
    expect(files.has('copied/shared.sql')).toBe(false);
    expect(orphans).toEqual(['copied/old.sql']);
    const after = new Map([...sharing(copies), ...files]);
    after.delete('copied/old.sql');
    expect(files.get(manifestFile)).toBe(renderManifest(after));
  });

  it('is the same when it is generated once more', () => {
    const once = new Map([...sharing(copies), ...generateFiles(sharing(copies)).files]);
    once.delete('copied/old.sql');
    const twice = generateFiles(once);
    expect(twice.orphans).toEqual([]);
    for (const [path, text] of twice.files) expect(once.get(path)).toBe(text);
  });
});
