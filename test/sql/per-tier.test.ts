import { copyDatabase } from '../../local/postgres/copy-database.ts';
import {
  expectRefusal,
  otherRunId,
  perTierFile,
  ReleaseDatabase,
  runId,
  tiers,
  undoFile,
  undoneLine,
} from './release-database.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(() => database.stop());

/** The whole database as text but for where the release's own sequences stand: a deleted row's number is not reused. */
async function contents(): Promise<string> {
  const own = /^SELECT pg_catalog\.setval\('public\.(axis|coverage|topic|governance_(scan|drift|event_log))\w*'.*$/gm;
  return (await database.dump()).replace(own, '');
}

/** Tiers that a prefix can end with and that are taken back by themselves; tier 1 goes with the full rollback. */
const undoable = ['2', '3', '4', '5', '6'];

test('every prefix of applied tiers is taken back one tier at a time, each step exactly as it was on the way up', async () => {
  const up = new Map<string, string>();
  for (const [index, [id]] of tiers.slice(0, 7).entries()) {
    await database.freshAfter(index + 1);
    up.set(id, await contents());
    await copyDatabase(database.server, { from: 'directus', to: `after_${id}` });
  }
  for (const top of undoable) {
    await copyDatabase(database.server, { from: `after_${top}`, to: 'directus' });
    for (let tier = Number(top); tier >= 2; tier -= 1) {
      const { exitCode, stderr } = await database.byMachine(`back-${tier}`, perTierFile, { tier: String(tier) });
      expect([top, tier, exitCode, stderr]).toEqual([top, tier, 0, '']);
      const same = (await contents()) === up.get(String(tier - 1));
      expect([top, tier, same]).toEqual([top, tier, true]);
    }
  }
});

describe('the rollback of one tier', () => {
  it("leaves a stranger's overload of the scanner alone, and what depends on it, as the full rollback does", async () => {
    await database.freshAfter(7);
    const overload = `create function fn_governance_scan(n integer) returns integer language sql as 'select n';
      create view app_scans as select fn_governance_scan(7)`;
    await database.sql(overload);
    const back = await database.byMachine('undo', perTierFile, { tier: '6' });
    expect([back.stderr, back.exitCode]).toEqual(['', 0]);
    expect((await database.byMachine('undo', undoFile)).stdout).toMatch(undoneLine);
    const left = await database.dump();
    await database.fresh();
    await database.sql(overload);
    expect(left).toBe(await database.dump());
  });

  it('in reverse order undoes exactly that tier, and the release can go on from there', async () => {
    await database.fresh();
    const states: string[] = [];
    const state = () =>
      database.sql(`select (select count(*) from axis_registry), (select count(*) from axis_value), (select count(*) from coverage_rule), (select count(*) from axis_assignment),
        (select count(*) from axis_object_ownership), (select count(*) from governance_object_ownership), (select count(*) from topic_taxonomy_map),
        (select count(*) from topic_label_reconcile_decision), (select count(*) from governance_scan_run), (select count(*) from governance_drift_state),
        (select last_value from governance_object_ownership_id_seq)`);
    for (const [id, file] of tiers.slice(1, 7)) {
      await database.byMachine(`tier-${id}`, file);
      states.push(await state());
    }
    for (const tier of [6, 5, 4, 3, 2]) {
      const result = await database.byMachine('undo', perTierFile, { tier: String(tier) });
      expect(result.stdout).toMatch(new RegExp(`^tier ${tier} rolled back$`, 'm'));
      expect(await state()).toBe(states[tier - 2]);
    }
    for (const [id, file] of tiers.slice(2)) expect((await database.byMachine(`tier-${id}`, file)).exitCode).toBe(0);
  });

  it('refuses the wrong order, tier 1, another run and a sealed release', async () => {
    await database.freshAfter(7);
    const one = (variables: Record<string, string>) => database.byMachine('undo', perTierFile, variables);
    expectRefusal(await one({ tier: '3' }), /tier 6, tier 5, tier 4 still applied/);
    expectRefusal(await one({ tier: '1' }), /99_rollback_full\.sql/);
    expectRefusal(await one({ tier: '7' }), /expected 2 to 6/);
    expectRefusal(await one({ tier: '6', run_id: otherRunId }), new RegExp(`expected 43 of run ${otherRunId}`));
    await database.byMachine('tier-8', 'prod/90_verify.sql');
    expectRefusal(await one({ tier: '6' }), /sealed as released/);
    expect((await one({ tier: '6', undo_released: runId })).exitCode).toBe(0);
  });

  it('loses changed seed rows only for an operator who names the run', async () => {
    await database.freshAfter(4);
    await database.sql(
      `update governance_object_ownership set lifecycle_status = 'revoked' where object_ref = 'GRP-AI'`,
    );
    const one = (variables: Record<string, string>) =>
      database.byMachine('undo', perTierFile, { tier: '3', ...variables });
    expectRefusal(await one({}), /6 seed rows/);
    expectRefusal(await one({ override_changed_rows: otherRunId }), /6 seed rows/);
    expect((await one({ override_changed_rows: runId })).stdout).toMatch(/^ownership=0 gap=210$/m);
  });

  it('takes the seal off in the same transaction: the run can go on to a new seal, or be undone like any unsealed one', async () => {
    const one = (variables: Record<string, string>) => database.byMachine('undo', perTierFile, variables);
    const comments = () =>
      database.sql(`select string_agg(concat_ws(' ', classoid::regclass, objoid, regexp_replace(description, 'since=\\S+', '')), E'\n' order by classoid, objoid) from pg_description
        where description like 'one-roof run=%'`);
    await database.freshAfter(7);
    const unsealed = await comments();
    await database.apply(8, 7);
    expectRefusal(await one({ tier: '5', undo_released: runId }), /tier 6 still applied/);
    expect(await comments()).toBe(unsealed.replaceAll('state=applying', 'state=released'));
    expect((await one({ tier: '6', undo_released: runId })).exitCode).toBe(0);
    expect(await comments()).toBe(unsealed);
    expect((await database.byMachine('fence', 'runner/fence.sql')).stdout).toContain('stamped=43 state=applying');
    expect((await database.byMachine('tier-6', 'prod/60_scanner_baseline.sql')).exitCode).toBe(0);
    expect((await database.byMachine('tier-8', 'prod/90_verify.sql')).stdout).toMatch(/^TIER 8 VERIFY PASS$/m);
    expect((await one({ tier: '6', undo_released: runId })).exitCode).toBe(0);
    expect((await one({ tier: '5' })).exitCode).toBe(0);
    expect((await database.byMachine('undo', undoFile, {})).stdout).toMatch(undoneLine);
    expect(await database.dump()).toBe(await database.baseline());
  });
});
