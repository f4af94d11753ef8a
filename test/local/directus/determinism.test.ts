import { dumpDatabase } from '../../../local/postgres/dump.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import { startPostgres, type PostgresServer } from '../../../local/postgres/server.ts';
import { buildDirectus } from '../../../local/directus/build.ts';
import { copyDatabase } from '../../../local/directus/copy.ts';

describe('two builds', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
    await buildDirectus(server, { anchor: '2026-06-03' });
  });
  afterAll(() => server.stop());

  test('of one day give equal dumps, of two days different ones', async () => {
    await buildDirectus(server, { anchor: '2026-06-03', database: 'again' });
    await buildDirectus(server, { anchor: '2026-06-04', database: 'later' });
    const first = await dumpDatabase(server, 'directus');
    expect(first.length).toBeGreaterThan(500_000);
    expect(await dumpDatabase(server, 'again')).toBe(first);
    expect(await dumpDatabase(server, 'later')).not.toBe(first);
  });

  test('a copy is equal, owner included, and replaces a copy in use', async () => {
    await copyDatabase(server, { from: 'directus', to: 'copy' });
    await runPsql(server, {
      database: 'copy',
      sql: 'drop view v_object_owner_conflict; delete from os_proposal_approvals;',
    });
    const waiting = runPsql(server, { database: 'copy', sql: 'select pg_sleep(30);' });
    await copyDatabase(server, { from: 'directus', to: 'copy' });
    expect(await dumpDatabase(server, 'copy')).toBe(await dumpDatabase(server, 'directus'));
    const owner = await runPsql(server, {
      database: 'postgres',
      bare: true,
      sql: `select pg_get_userbyid(datdba) from pg_database where datname = 'copy';`,
    });
    expect(owner.stdout.trim()).toBe('directus');
    expect((await waiting).exitCode).not.toBe(0);
  });

  test('a dump shows every change, and none where a row was taken out and put back', async () => {
    await copyDatabase(server, { from: 'directus', to: 'copy' });
    const before = await dumpDatabase(server, 'copy');
    const change = async (sql: string): Promise<string> => {
      expect((await runPsql(server, { database: 'copy', sql })).exitCode).toBe(0);
      return dumpDatabase(server, 'copy');
    };
    expect(
      await change(`create temp table kept as select * from tasks where id < 4; delete from tasks where id < 4;
                         insert into tasks select * from kept;`),
    ).toBe(before);
    expect(
      await change(`begin; insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code)
                         values ('group', 'g', 'audit', 'accountable', 'GOV-DOT'); rollback;`),
    ).not.toBe(before);
    expect(await change(`select setval('governance_object_ownership_id_seq', 64, true);`)).toBe(before);
    expect(await change('grant select on tasks to public;')).not.toBe(before);
  });
});
