import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { ReleaseDatabase, tiers } from './release-database.ts';

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
      const file = 'prod_rollback/per_tier_rollback.sql';
      const { exitCode, stderr } = await database.byMachine(`back-${tier}`, file, { tier: String(tier) });
      expect([top, tier, exitCode, stderr]).toEqual([top, tier, 0, '']);
      const same = (await contents()) === up.get(String(tier - 1));
      expect([top, tier, same]).toEqual([top, tier, true]);
    }
  }
});
