import { buildFixture } from '../../../local/postgres/build-fixture.ts';
import { dumpDatabase } from '../../../local/postgres/dump.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres/server.ts';
import { oneRoof } from '../stage.ts';

let server: PostgresServer;
let before: string;
beforeAll(async () => {
  server = await startPostgres();
  await buildFixture(server, { database: 'directus' });
  before = await dumpDatabase(server, 'directus');
});
afterAll(() => server.stop());

const trial = (...flags: string[]) => oneRoof('trial', '--url', server.url('directus'), ...flags);
const query = (sql: string) => runPsql(server, { database: 'directus', sql, bare: true });

test('a release that would end well: what it took, exit code 0, and the database as before', async () => {
  const said = await trial('--apr', 'APR-BOOT-AUTHMODEL-1');
  expect(said.stdout).toMatch(/^TRIAL: would end well\|locks held for \d+\.\d+ s$/m);
  expect(said.stdout).toMatch(/governance_registry +│ access exclusive/);
  expect(said.exitCode).toBe(0);
  const data = await trial('--apr', 'APR-BOOT-AUTHMODEL-1', '--json');
  expect(JSON.parse(data.stdout)).toMatchObject({ parts: expect.arrayContaining([]) as unknown, locks: [{}, {}, {}] });
  expect(await dumpDatabase(server, 'directus')).toBe(before);
});

test('a code that nobody ratified: exit code 10, and why', async () => {
  const said = await trial('--apr', 'APR-NOBODY-1');
  expect([said.exitCode, said.stdout]).toEqual([
    10,
    expect.stringMatching(/^TRIAL: would not end well\|.*APR-NOBODY-1 found 0 times/m),
  ]);
});

test('a closed gate is not tried: exit code 10, with its blockers', async () => {
  await query(`create function public.watch() returns event_trigger language plpgsql as $$ begin end $$;
    create event trigger watch on sql_drop execute function public.watch()`);
  const said = await trial('--apr', 'APR-BOOT-AUTHMODEL-1');
  await query('drop event trigger watch; drop function public.watch()');
  expect([said.exitCode, said.stdout]).toEqual([10, expect.stringContaining('the gate is closed|unplanned_trigger;')]);
});

test.each([[[]], [['--apr', 'apr-boot']]])('with %j it is refused: exit code 2', async (flags) => {
  expect(await trial(...flags)).toMatchObject({ exitCode: 2, stdout: '' });
});
