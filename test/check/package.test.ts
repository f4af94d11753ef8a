import { join } from 'node:path';
import { readPackageFiles } from '../../disk/read-package.ts';
import { checkPackage } from '../../check/check-package.ts';
import { manifestFile, renderManifest } from '../../core/package/manifest.ts';
import type { Finding } from '../../check/rule.ts';

const files = readPackageFiles(join(__dirname, '../../sql'));

/** A package with one text replaced in one file, its manifest made anew. */
function changed(file: string, from: string, to: string, of: ReadonlyMap<string, string> = files): Map<string, string> {
  const text = of.get(file) ?? '';
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  const copy = new Map(of).set(
    file,
    text.replace(from, () => to),
  );
  return copy.set(manifestFile, renderManifest(copy));
}
const rules = (findings: Finding[]): string[] => [...new Set(findings.map(({ rule }) => rule))];

describe('one-roof check on the second package, which changes what was there before', () => {
  const orders = readPackageFiles(join(__dirname, '../../examples/orders'));

  it('finds nothing, as its generated files are up to date', async () => {
    expect(await checkPackage(orders)).toEqual([]);
  });

  it.each([
    [
      'rows that are changed and not kept',
      'tiers/40_currency.sql',
      '\\ir ../runner/keep/rows.sql',
      '',
      'existing-rows-stay',
    ],
    ['rows that the plan keeps', 'release.json', '"rows": "updated"', '"rows": "inserted"', 'existing-rows-stay'],
    ['a column that the plan does not name', 'release.json', '["due_on"]', '["due"]', 'existing-objects-stay'],
    [
      'a column of another kind',
      'tiers/20_due_on.sql',
      'add column due_on date',
      'alter column status drop not null',
      'existing-objects-stay',
    ],
    ['an index that the plan does not name', 'release.json', '["orders_due"]', '["orders_paid"]', 'created-is-stamped'],
    [
      'a view that the plan does not replace',
      'release.json',
      '["open_orders"] }',
      '["paid_orders"] }',
      'no-if-not-exists',
    ],
    [
      'a view that is not kept',
      'tiers/30_open_orders.sql',
      '\\ir ../runner/keep/definitions.sql',
      '',
      'no-if-not-exists',
    ],
    ['a dropped column', 'tiers/20_due_on.sql', 'add column due_on date', 'drop column currency', 'no-dropped-columns'],
    ['nothing that keeps', 'release.json', '"keeps": "orders_kept",', '', 'plan-files'],
  ])('finds %s', async (_what, file, from, to, rule) => {
    expect(rules(await checkPackage(changed(file, from, to, orders)))).toContain(rule);
  });
});

describe('one-roof check on the One-Roof package', () => {
  it('finds nothing but, while it is being worked on, a stale manifest', async () => {
    const current = new Map(files).set(manifestFile, renderManifest(files));
    expect(await checkPackage(current)).toEqual([]);
  });

  const seed = 'prod/30_ownership_seed.sql';
  it.each([
    [
      'a signature that is not asked for',
      'prod/approval.sql',
      'from public.os_proposal_approvals;',
      'from generate_series(1, 1);',
      'signature-guard',
    ],
    [
      'a proof line that differs',
      seed,
      "format('new=%s gap=%s conflict=%s'",
      "format('new=%s gap=%s conflicts=%s'",
      'proof-line',
    ],
    [
      'a guard that only warns',
      'runner/guard_database.sql',
      "raise exception 'REFUSING: % is not production",
      "raise warning 'REFUSING: % is not production",
      'database-guard',
    ],
    [
      'a table the rollback forgets',
      'runner/undo/take_off.sql',
      "execute format('drop function %s', to_regprocedure('public.' || item));",
      'null;',
      'created-is-dropped',
    ],
    ['a copy that says something else', 'final_executor_copy/60_scanner_baseline.sql', '0.1', '0.2', 'generated-files'],
    ['a figure of its own', 'plan.sql', "expected_gap '210'", "expected_gap '211'", 'generated-files'],
    ['an include that is not there', seed, '\\ir approval.sql', '\\ir approved.sql', 'includes'],
    [
      'a tag of its own',
      'prod/50_topic_finalization.sql',
      "'PROD_topic_2026-06-03'",
      "'PROD_topics_2026-06-03'",
      'rows-are-tagged',
    ],
    [
      'a foreign key without its lock',
      'prod/10_structure.sql',
      ',governance_registry=access exclusive',
      '',
      'locks-announced',
    ],
    [
      'a foreign key before its lock',
      'prod/10_structure.sql',
      'owner_gov_code text not null,',
      'owner_gov_code text not null references public.governance_registry (code),',
      'locks-announced',
    ],
    [
      'a lock before the one that waits by short tries',
      'prod/90_verify.sql',
      "\\set outcome_places '3",
      "lock table public.governance_object_ownership in share mode;\n\\set outcome_places '3",
      'locks-announced',
    ],
    [
      'a change that needs more than the lock taken later',
      'prod/90_verify.sql',
      "\\set outcome_places '1 2",
      "alter table public.governance_object_ownership alter column id set not null;\n\\set outcome_places '1 2",
      'locks-announced',
    ],
    [
      'a tier that nothing undoes',
      'prod_rollback/per_tier_rollback.sql',
      'delete from public.governance_drift_state',
      'delete from public.governance_event_log',
      'tier-rollback-deletes',
    ],
    ['a variable that does not exist', 'prod_verify/baseline_probe.sql', ":'proof'", ":'prove'", 'variables-defined'],
    [
      'a probe that writes',
      'prod_verify/baseline_probe.sql',
      '\\ir ../runner/close_reader.sql',
      'update system_issues set id = id where id < 0;\n\\ir ../runner/close_reader.sql',
      'read-only-statements',
    ],
  ])('finds %s', async (_what, file, from, to, rule) => {
    const findings = await checkPackage(changed(file, from, to));
    expect(rules(findings)).toContain(rule);
    expect(findings.some((finding) => finding.file === file || finding.file.startsWith('prod/'))).toBe(true);
  });

  it('says what is wrong with a plan that cannot be read, and nothing else', async () => {
    const findings = await checkPackage(changed('release.json', '"seals": true', '"seals": false'));
    expect(findings).toEqual([expect.objectContaining({ file: 'release.json', rule: 'plan-files', line: 1 })]);
  });
});
