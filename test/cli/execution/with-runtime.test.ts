import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFixture } from '../../../local/postgres/build-fixture.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres/server.ts';
import { exampleApr, oneRoof } from '../stage.ts';

let behindUrl: PostgresServer;
let other: PostgresServer;
const folder = mkdtempSync(join(tmpdir(), 'one-roof-container-'));
const path = process.env['PATH'] ?? '';
beforeAll(async () => {
  [behindUrl, other] = await Promise.all([startPostgres(), startPostgres()]);
  await Promise.all([behindUrl, other].map((server) => buildFixture(server, { database: 'directus' })));
});
afterAll(async () => {
  process.env['PATH'] = path;
  await Promise.all([behindUrl.stop(), other.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a docker client on the path whose one container, `postgres`, holds this server. */
function containerOf({ bin, socketDirectory, port }: PostgresServer): void {
  const docker = join(folder, 'docker');
  writeFileSync(
    docker,
    `#!/bin/sh
[ "$1 $2" = 'exec -i' ] || exit 125
shift 2
while [ "$1" = -e ]; do export "$2"; shift 2; done
[ "$1" = postgres ] || { echo "Error response from daemon: No such container: $1" >&2; exit 1; }
shift
export PATH="${bin}:$PATH" PGHOST='${socketDirectory}' PGPORT=${port}
exec "$@"
`,
  );
  chmodSync(docker, 0o700);
  process.env['PATH'] = `${folder}:${path}`;
}

const release = (container: string) =>
  oneRoof(
    'run',
    '--url',
    behindUrl.url('directus'),
    '--container',
    container,
    '--apr',
    exampleApr,
    '--report-dir',
    folder,
  );

test.each([
  ['holds another server', () => other, 'postgres', /the PostgreSQL in it is not the server of --url/],
  ['is not there', () => other, 'postgre', /could not be compared .* No such container: postgre\n/],
])('a container that %s is refused before anything is sent: exit code 2', async (_how, server, name, message) => {
  containerOf(server());
  const { exitCode, stdout, stderr } = await release(name);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test('the container of the server behind the URL is accepted', async () => {
  containerOf(behindUrl);
  const { exitCode, stdout } = await release('postgres');
  expect(stdout).toContain('ROLLOUT COMPLETE');
  expect(exitCode).toBe(0);
});

test.each([
  ['run', '--local', '--apr', exampleApr],
  ['gate', '--local'],
  ['rehearse', '--local'],
])('where nothing can stand in for Docker, %s says so before it opens or installs a database', async (...argv) => {
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  try {
    const { exitCode, stderr } = await oneRoof(...argv);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr:
        'Only Linux can stand in for Docker. Elsewhere, name the running container of your database: --url URL --container NAME.\n',
    });
  } finally {
    Object.defineProperty(process, 'platform', { value: 'linux' });
  }
});
