import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { renderBundle } from '../../core/package/bundle.ts';
import { describePackage } from '../../core/package/package.ts';
import { runProgram } from '../../local/postgres/run-program.ts';
import {
  baselineLine,
  inPackage,
  packageFiles,
  ratifiedApr,
  ReleaseDatabase,
  tiers,
  undoFile,
} from './release-database.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());
beforeEach(async () => database.fresh());

const wholeRelease = (directory: string, file: string, environment: Record<string, string> = {}) =>
  runProgram(
    join(database.server.bin, 'psql'),
    ['-d', 'directus', '-v', 'ON_ERROR_STOP=1', '-v', `ratified_apr=${ratifiedApr}`, '-f', file],
    {
      directory,
      environment: { ...database.server.environment(), ...environment },
    },
  );
/** A text over stdin, as the runbook pipes it into the container: from a folder without any other file. */
const overStdin = (input = '') =>
  spawnSync(
    join(database.server.bin, 'psql'),
    ['-d', 'directus', '-v', 'ON_ERROR_STOP=1', '-v', `ratified_apr=${ratifiedApr}`, '-f', '-'],
    { input, env: database.server.environment(), cwd: '/', encoding: 'utf8' },
  );
/** A dump without what differs from one release to the next: times, the run begun by hand, digests over times. */
const withoutTime = (dump: string): string =>
  dump
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00/g, '<time>')
    .replaceAll(/hand-\d{8}T\d{6}Z/g, '<run>')
    .replaceAll(/ since=\S+/g, ' since=<time>')
    .replaceAll(/sha256:[0-9a-f]{64}/g, '<digest>');
const runOfStamp = () =>
  database.sql(`select substring(obj_description('public.axis_registry'::regclass) from 'run=(\\S+)')`);
const verificationTable = [
  'resp_ownership_gap | 0 | 0',
  'resp_conflict | 0 | 0',
  'containment_gap | 0 | 0',
  'active_axes | 3 | 3',
  'divergent | 0 | 0',
  'projection_gap | 0 | 0',
  'label_orphans | 0 | 0',
  'critical_drift | 0 | 0',
  'emittable_events | 0 | 0',
  'gov_outbox | 0 | 0',
  'kg_domain_x | active | active',
  'ownership | 30 | 30',
];

describe('by hand, as the runbook says', () => {
  it('99_run_all from sql/prod passes all tiers, prints each literal line once and the verification table', async () => {
    const result = await wholeRelease(inPackage('prod'), '99_run_all.sql');
    expect(result.stderr).toBe('');
    expect(result.exitCode).toBe(0);
    for (const [, , proof] of tiers) expect(result.stdout.match(new RegExp(proof.source, 'gm'))).toHaveLength(1);
    expect(result.stdout).toContain(verificationTable.join('\n'));
    expect(result.stdout).toContain('WARNING: owner GOV-MOIT of GRP-BUSINESS is draft');
    expect(result.stdout.trimEnd().split('\n').at(-1)).toBe('ROLLOUT COMPLETE — ALL TIERS PASSED');
  });

  it('works from any folder, and prints the success line unharmed in a C locale with an aligned, paged, expanded psql', async () => {
    const script = `\\pset format aligned\n\\pset border 2\n\\pset expanded on\n\\pset null nothing\n\\i ${inPackage('prod/99_run_all.sql')}\n`;
    const result = await runProgram(
      join(database.server.bin, 'psql'),
      ['-d', 'directus', '-v', `ratified_apr=${ratifiedApr}`, '-f', '-'],
      {
        environment: { ...database.server.environment(), LC_ALL: 'C', LANG: 'C', PGCLIENTENCODING: 'LATIN1' },
        input: script,
      },
    );
    for (const [, , proof] of tiers) expect(result.stdout).toMatch(proof);
    expect(result.stdout).toMatch(/^ROLLOUT COMPLETE — ALL TIERS PASSED$/m);
  });

  it('runs file by file over stdin from final_executor_copy, under one run begun by tier 1', async () => {
    for (const [, file, proof] of tiers)
      expect(overStdin(packageFiles.get(file.replace('prod/', 'final_executor_copy/'))).stdout).toMatch(proof);
    expect(await runOfStamp()).toMatch(/^hand-\d{8}T\d{6}Z$/);
  });

  it('leaves the same database from sql/prod, from final_executor_copy over stdin and by bundle', async () => {
    const dumps: string[] = [];
    const release = async (by: () => unknown): Promise<void> => {
      await database.fresh();
      await by();
      dumps.push(withoutTime(await database.dump()));
    };
    await release(() => wholeRelease(inPackage('prod'), '99_run_all.sql'));
    await release(() => {
      for (const [, file] of tiers) overStdin(packageFiles.get(file.replace('prod/', 'final_executor_copy/')));
    });
    await release(() => overStdin(renderBundle({ ...describePackage(packageFiles), files: packageFiles })));
    expect(dumps[0]).toContain('state=released');
    expect(dumps[1]).toBe(dumps[0]);
    expect(dumps[2]).toBe(dumps[0]);
  });

  it('leaves 30 owners under tag and APR, 240 effective owners in the stated split, and everything readable by the outside reader', async () => {
    await wholeRelease(inPackage('prod'), '99_run_all.sql');
    expect(
      await database.sql(`select count(*) from governance_object_ownership
      where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03' and approval_ref = '${ratifiedApr}'`),
    ).toBe('30');
    expect(
      await database.sql(`select string_agg(owner_gov_code || '=' || n, ' ' order by n desc)
      from (select owner_gov_code, count(*) n from v_object_effective_owner group by 1) o`),
    ).toBe('GOV-COUNCIL=102 GOV-KG-SYS=90 GOV-DOT=30 GOV-MOIT=18');
    expect(
      await database.sql(`select (select count(*) from axis_value), (select count(*) from axis_assignment), (select count(*) from axis_object_ownership),
      (select count(*) from topic_taxonomy_map), (select count(*) from topic_label_reconcile_decision), (select count(*) from governance_scan_run)`),
    ).toBe('19|41|35|7|5|1');
    const contract = await database.byMachine(
      'ui-read-contract',
      'prod_verify/ui_read_contract.sql',
      {},
      { user: 'context_pack_readonly' },
    );
    expect(contract.stdout).toMatch(/^ui_read_contract views=7 rows=\{.*\} critical_drift=0$/m);
    const outcome = await database.byMachine(
      'outcome-reread',
      'prod_verify/outcome_reread.sql',
      {},
      { user: 'context_pack_readonly' },
    );
    const rows = JSON.parse(/^outcome_reread (\[.*\])$/m.exec(outcome.stdout)?.[1] ?? '[]') as Record<string, string>[];
    expect(rows).toHaveLength(12);
    expect(rows.filter(({ value, expected }) => value !== expected)).toEqual([]);
    expect(Object.fromEntries(rows.map(({ metric, value }) => [metric, value]))).toMatchObject({
      resp_ownership_gap: '0',
      active_axes: '3',
      kg_domain_x: 'active',
      ownership: '30',
    });
  });

  it('is refused with exit 3 when it is applied already, and the rollback asks for the run id of a sealed release', async () => {
    const before = await database.dump();
    await wholeRelease(inPackage('prod'), '99_run_all.sql');
    const again = await wholeRelease(inPackage('prod'), '99_run_all.sql');
    expect(again.stderr).toMatch(
      /REFUSING: .*axis substrate already present \(43 objects.*; run hand-\w+, sealed since /s,
    );
    expect(again.stderr).not.toMatch(/roll/i);
    expect(again.exitCode).toBe(3);
    const sealed = await database.byHand(undoFile);
    expect(sealed.stdout).toMatch(/^rollback outcome=already_released run=hand-/m);
    expect(await database.sql('select count(*) from governance_object_ownership')).toBe('30');
    const undone = await database.byHand(undoFile, { undo_released: await runOfStamp() });
    expect(undone.stdout).toContain(baselineLine);
    expect(await database.dump()).toBe(before);
  });

  it('the counters that are not ours are equal at entry and exit', async () => {
    const probe = async (): Promise<unknown> =>
      JSON.parse(
        /^baseline_probe (\{.*\})$/m.exec(
          (await database.byMachine('baseline-probe', 'prod_verify/baseline_probe.sql')).stdout,
        )?.[1] ?? '',
      );
    const entry = await probe();
    await wholeRelease(inPackage('prod'), '99_run_all.sql');
    const exit = await probe();
    expect(entry).toMatchObject({ in_scope: { ospa: 1, ownership: 0, gap: 210, conflict: 0, axis_tables: 0 } });
    expect(exit).toMatchObject({ in_scope: { ospa: 1, ownership: 30, gap: 0, conflict: 0, axis_tables: 11 } });
    expect((exit as { out_of_scope: unknown }).out_of_scope).toEqual((entry as { out_of_scope: unknown }).out_of_scope);
  });

  it('and by the machine give the same rows', async () => {
    await database.freshAfter(8);
    const rows = `select string_agg(r, E'\\n' order by r) from (
      select concat_ws('|', object_type, object_ref, scope, owner_gov_code, approval_ref, created_by) r from governance_object_ownership
      union all select concat_ws('|', object_ref, axis_code, value_code, zone, confidence, assigned_kind, created_by) from axis_assignment
      union all select concat_ws('|', axis_code, value_code, parent_value_code, status, provenance, created_by) from axis_value
      union all select concat_ws('|', detector_code, severity, object_ref, axis_code, value_code, status, scan_count) from governance_drift_state) x`;
    const machine = await database.sql(rows);
    await database.fresh();
    await wholeRelease(inPackage('prod'), '99_run_all.sql');
    expect(await database.sql(rows)).toBe(machine);
  });
});
