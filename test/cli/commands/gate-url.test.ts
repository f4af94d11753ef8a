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

const address = (database: string, more: Record<string, string>) => {
  const url = new URL(server.url(database));
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  return url.href;
};

test.each([
  ['another database', 'postgres', {}, 'names the database postgres; the package is for directus'],
  [
    'another user',
    'directus',
    { user: 'postgres' },
    'names the user postgres; the package is released as workflow_admin',
  ],
  ['a parameter that nobody would heed', 'directus', { sslrootcert: '/x' }, 'parameter sslrootcert is not known'],
  ['an sslmode that needs more than the URL', 'directus', { sslmode: 'verify-full' }, 'sslmode=verify-full'],
])('--url with %s is refused: exit code 2', async (_what, database, more: Record<string, string>, message) => {
  const said = await oneRoof('gate', '--url', address(database, more));
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
  expect(said.stderr).toContain(message);
});

test('--url that is none is refused: exit code 2', async () => {
  const said = await oneRoof('gate', '--url', 'nonsense');
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
  expect(said.stderr).toMatch(/^The URL must look like .*\n$/);
});

const withVariables = async <T>(variables: Record<string, string>, act: () => Promise<T>): Promise<T> => {
  Object.assign(process.env, variables);
  try {
    return await act();
  } finally {
    for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
  }
};

function secret(name: string, text: string): string {
  const path = join(server.socketDirectory, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const passwordFile = (password: string) => ({
  PGPASSFILE: secret('pgpass', `*:*:directus:workflow_admin:${password.replaceAll(/[\\:]/g, '\\$&')}\n`),
});
const serviceFile = (password: string) => ({
  PGSERVICE: 'ours',
  PGSERVICEFILE: secret('services', `[ours]\nuser=workflow_admin\npassword=${password}\n`),
});

test('the password of --url reaches the scripts, and a wrong one does not open the gate', async () => {
  const password = 'a:b\\c d';
  const hba = join(server.socketDirectory, 'data', 'pg_hba.conf');
  const sql = ['workflow_admin', 'context_pack_readonly'].map((role) => `alter role ${role} password '${password}';`);
  expect((await runPsql(server, { database: 'directus', sql: sql.join('\n') })).exitCode).toBe(0);
  const trusting = readFileSync(hba, 'utf8');
  writeFileSync(hba, 'local all all scram-sha-256\n');
  process.kill(server.pid ?? 0, 'SIGHUP');
  try {
    const shown = await oneRoof('gate', '--url', address('directus', { password }));
    expect(shown).toMatchObject({ exitCode: 0 });
    expect(
      shown.stderr.match(/^The URL holds a password, .* ~\/\.pgpass \(chmod 600\) or PGPASSWORD\.$/gm),
    ).toHaveLength(1);
    for (const variables of [{ PGPASSWORD: password }, passwordFile(password), serviceFile(password)]) {
      const said = await withVariables(variables, () => oneRoof('gate', '--url', address('directus', {})));
      expect([Object.keys(variables), said.exitCode]).toEqual([Object.keys(variables), 0]);
      expect(said.stderr).not.toContain('holds a password');
    }
    expect((await oneRoof('gate', '--url', address('directus', {}))).exitCode).toBe(1);
    expect((await oneRoof('gate', '--url', address('directus', { password: 'no' }))).exitCode).toBe(1);
  } finally {
    writeFileSync(hba, trusting);
    process.kill(server.pid ?? 0, 'SIGHUP');
  }
});
