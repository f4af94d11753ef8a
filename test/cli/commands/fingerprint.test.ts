import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFixture } from '../../../local/postgres/build-fixture.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres/server.ts';
import { oneRoof } from '../stage.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await buildFixture(server, { database: 'directus' });
});
afterAll(() => server.stop());

const sql = async (text: string): Promise<void> => {
  expect(await runPsql(server, { database: 'directus', sql: text })).toMatchObject({ exitCode: 0 });
};
const fingerprint = (...flags: string[]) => oneRoof('fingerprint', '--url', server.url('directus'), ...flags);

/** Writes the fingerprint of now into a file. */
async function kept(): Promise<string> {
  const file = join(server.socketDirectory, 'before.json');
  const said = await fingerprint('--json');
  expect(said).toMatchObject({ exitCode: 0, stderr: '' });
  writeFileSync(file, said.stdout);
  return file;
}

const guarded = 'alter table public.event_outbox';
const guard = 'trigger trg_event_outbox_type_validate';

test.each([
  [
    'a disabled trigger',
    `${guarded} disable ${guard};`,
    `${guarded} enable ${guard};`,
    'section triggers differs\nrelation public.event_outbox differs\n',
  ],
  [
    'a column with a default',
    'alter table public.event_outbox add strange integer default 1;',
    'alter table public.event_outbox drop strange;',
    'section columns differs\nrelation public.event_outbox differs\n',
  ],
  [
    'a new table',
    'create table public.strange ();',
    'drop table public.strange;',
    expect.stringContaining('relation public.strange is new\n') as string,
  ],
])('fingerprint --compare names %s, and is equal again without', async (_what, change, back, differences) => {
  const before = await kept();
  await sql(change);
  expect(await fingerprint('--compare', before)).toMatchObject({ exitCode: 1, stdout: differences });
  await sql(back);
  expect(await fingerprint('--compare', before)).toMatchObject({ exitCode: 0, stdout: 'EQUAL\n' });
});

test('the version of the server is no difference, and explains others', async () => {
  const before = await kept();
  const { sections, relations } = JSON.parse(readFileSync(before, 'utf8')) as Record<string, Record<string, string>>;
  writeFileSync(before, JSON.stringify({ sections: { ...sections, server: '14.2' }, relations }));
  expect(await fingerprint('--compare', before)).toMatchObject({ exitCode: 0, stdout: 'EQUAL\n' });
  await sql(`${guarded} disable ${guard};`);
  const said = await fingerprint('--compare', before);
  await sql(`${guarded} enable ${guard};`);
  expect(said.stdout).toMatch(
    /^section triggers differs\nrelation .* differs\nThe server was PostgreSQL 14\.2 then and is /,
  );
});
