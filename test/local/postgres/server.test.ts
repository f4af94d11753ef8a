import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { connectServer } from '../../../local/postgres/connect.ts';
import { dumpDatabase, dumpDatabaseTo } from '../../../local/postgres/dump.ts';
import { findClient, findPostgres } from '../../../local/postgres/find.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import { startPostgres, type PostgresServer } from '../../../local/postgres/server.ts';
import { until } from '../../until.ts';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a server', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres({ durable: true });
  });
  afterAll(() => server.stop());

  test('listens on its own socket only, as production’s superuser, crash-safe when asked', async () => {
    const answer = await runPsql(server, {
      database: 'postgres',
      bare: true,
      sql: `select current_user, current_setting('listen_addresses') = '', current_setting('fsync'), current_setting('server_encoding');`,
    });
    expect(answer).toMatchObject({ exitCode: 0, stdout: 'workflow_admin|t|on|UTF8\n' });
  });

  test('is reached by node-postgres through its URL, as another role too', async () => {
    const client = new Client({ connectionString: server.url('postgres', 'postgres') });
    await client.connect();
    const { rows } = await client.query<{ name: string }>('select current_user as name');
    await client.end();
    expect(rows).toEqual([{ name: 'postgres' }]);
  });

  test('is not confused by PG variables of the caller', () => {
    process.env['PGDATABASE'] = 'elsewhere';
    const environment = server.environment();
    delete process.env['PGDATABASE'];
    expect(environment).not.toHaveProperty('PGDATABASE');
    expect(environment).toMatchObject({ PGHOST: server.socketDirectory, PGPORT: '5432', PGUSER: 'workflow_admin' });
  });

  test('given by URL, it is used and not stopped', async () => {
    const other = await connectServer(server.url('postgres'));
    expect(other).toMatchObject({ socketDirectory: server.socketDirectory, version: server.version, pid: undefined });
    await other.stop();
    expect((await runPsql(other, { database: 'postgres', sql: 'select 1;' })).exitCode).toBe(0);
  });

  test.each([
    ['mysql://root@localhost/directus', 'The URL must look like'],
    ['not a url', 'The URL must look like'],
    ['postgresql:///postgres?host=/nonexistent', 'The server does not answer'],
  ])('the URL %s is refused in words', async (url, reason) => {
    await expect(connectServer(url)).rejects.toThrow(reason);
  });

  test('psql answers with its own exit codes and stops at the first error', async () => {
    const failing = await runPsql(server, {
      database: 'postgres',
      bare: true,
      sql: 'select 1;\nselect 1/0;\nselect 2;',
    });
    expect(failing).toMatchObject({ exitCode: 3, stdout: '1\n' });
    expect((await runPsql(server, { database: 'missing', sql: 'select 1;' })).exitCode).toBe(2);
    const quoted = await runPsql(server, {
      database: 'postgres',
      bare: true,
      sql: `select :'word';`,
      variables: { word: "it's $1" },
    });
    expect(quoted.stdout).toBe("it's $1\n");
  });

  test('a dump to a file is the dump, odd characters included', async () => {
    const odd = 'a\u2028b\\.\nCOPY x FROM stdin;\r\u2205';
    await runPsql(server, {
      database: 'postgres',
      sql: `create table odd as select :'odd'::text as words; comment on table odd is :'odd';`,
      variables: { odd },
    });
    const folder = mkdtempSync(join(tmpdir(), 'one-roof-dump-'));
    await dumpDatabaseTo(server, 'postgres', join(folder, 'dump.sql'));
    const written = readFileSync(join(folder, 'dump.sql'), 'utf8');
    rmSync(folder, { recursive: true });
    expect(written).toBe(await dumpDatabase(server, 'postgres'));
    expect(written).toContain('a\u2028b\\\\.\\nCOPY x FROM stdin;\\r\u2205');
    expect(written).not.toMatch(/restrict|Dumped by/);
    await expect(dumpDatabase(server, 'missing')).rejects.toThrow('pg_dump of missing failed');
  });
});

describe('looking for PostgreSQL', () => {
  const within = async <T>(folder: string | undefined, look: () => Promise<T>): Promise<T> => {
    const before = process.env['ONE_ROOF_PG_BIN'];
    if (folder !== undefined) process.env['ONE_ROOF_PG_BIN'] = folder;
    try {
      return await look();
    } finally {
      if (before === undefined) delete process.env['ONE_ROOF_PG_BIN'];
      else process.env['ONE_ROOF_PG_BIN'] = before;
    }
  };

  test('finds the real programs of one version', async () => {
    const tools = await within(undefined, () => findPostgres());
    expect(existsSync(join(tools.bin, 'postgres'))).toBe(true);
    expect((await within(tools.bin, () => findPostgres())).major).toBe(tools.major);
    expect(await findClient(tools.major)).toMatchObject({ major: tools.major });
  });

  test('says in one line what to install, and installs nothing where a folder was given', async () => {
    const said: string[] = [];
    const search = within(tmpdir(), () => findPostgres((message) => said.push(message)));
    await expect(search).rejects.toThrow(/^No PostgreSQL 15 to 18 .*apt-get install postgresql.*ONE_ROOF_PG_BIN.*$/);
    expect(said).toEqual([]);
    await expect(findClient(99)).rejects.toThrow('install postgresql-client-99');
  });
});

describe('a server that is no longer needed', () => {
  test('leaves no process and no folder after stop, which may be called twice', async () => {
    const server = await startPostgres();
    const pid = server.pid ?? 0;
    expect(alive(pid)).toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    expect(alive(pid)).toBe(false);
    expect(existsSync(server.socketDirectory)).toBe(false);
  });

  test('ends with its parent, even when that is killed without warning', async () => {
    const module = join(__dirname, '../../../local/postgres/server.ts');
    const script = `require(${JSON.stringify(module)}).startPostgres().then((server) => {
      console.log(server.pid + ' ' + server.socketDirectory);
      setInterval(() => undefined, 1000);
    });`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (text: Buffer) => resolve(String(text))),
    );
    const [pid = '0', folder = ''] = line.trim().split(' ');
    expect(alive(Number(pid))).toBe(true);
    parent.kill('SIGKILL');
    await until(() => (existsSync(folder) ? undefined : true));
    expect(alive(Number(pid))).toBe(false);
  });
});
