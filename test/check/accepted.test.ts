import { checkPackage } from '../../check/check-package.ts';
import { examplePackage } from '../../check/example-package.ts';
import { examplePlan } from '../../check/example-plan.ts';
import { generateFiles } from '../../core/package/generated.ts';

const undo = 'prod_rollback/per_tier_rollback.sql';
const truncating = { file: undo, part: 'more', sql: 'truncate public.note;' };
const reason = 'The table is empty by then.';

/** The findings of the example with something broken in it, and these entries in its plan. */
async function findings(example: typeof truncating, acceptedFindings: readonly object[]): Promise<string[]> {
  const broken = examplePackage(example);
  const files = new Map(broken).set('release.json', `${JSON.stringify({ ...examplePlan, acceptedFindings })}\n`);
  for (const [path, text] of generateFiles(files).files) files.set(path, text);
  return (await checkPackage(files)).map(({ file, rule, message }) => `${file} ${rule}: ${message}`);
}

it('a finding that the plan accepts by rule and file is none', async () => {
  expect(await findings(truncating, [])).toHaveLength(1);
  expect(await findings(truncating, [{ rule: 'no-truncate', file: undo, reason }])).toEqual([]);
});

it.each([
  ['another file', { rule: 'no-truncate', file: 'prod/20_rows.sql', reason }, 'prod/20_rows.sql breaks no rule'],
  ['another rule', { rule: 'no-cascade', file: undo, reason }, `${undo} breaks no rule no-cascade`],
  ['a rule that there is not', { rule: 'no-such', file: undo, reason }, `${undo} breaks no rule no-such`],
])('an entry for %s accepts nothing, and is a finding itself', async (_, entry, said) => {
  const found = await findings(truncating, [entry]);
  expect(found).toHaveLength(2);
  expect(found.join('\n')).toContain(`${undo} no-truncate: TRUNCATE`);
  expect(found.join('\n')).toContain(`release.json plan-files: acceptedFindings: ${said}`);
});

it.each([
  ['close all;'],
  ['close one_roof_never_commits;'],
  ["do $m$\nbegin\n  execute 'close all';\nend $m$;"],
  ["do $m$\ndeclare c refcursor := 'one_roof_never_commits';\nbegin\n  close c;\nend $m$;"],
  ["select set_config('one_roof.trial_deadline', 'infinity', true);"],
  ['\\set ending one_roof_never_commits\nfetch :ending;'],
])('what could let the trial commit cannot be accepted: %s', async (sql) => {
  const file = 'prod/20_rows.sql';
  const found = await findings({ file, part: 'more', sql }, [{ rule: 'trial-stays-open', file, reason }]);
  expect(found.join('\n')).toContain(`${file} trial-stays-open: `);
  expect(found.join('\n')).toContain('trial-stays-open cannot be accepted');
});

it('a cursor of a DO block may be closed there', async () => {
  const sql = `do $m$
declare
  codes cursor for select code from public.note;
begin
  open codes;
  close codes;
end $m$;`;
  expect(await findings({ file: 'prod/20_rows.sql', part: 'more', sql }, [])).toEqual([]);
});
