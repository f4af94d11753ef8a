import { once } from 'node:events';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createDockerShim, type DockerShim } from '../../../local/docker/shim.ts';
import { until } from '../../until.ts';

let shim: DockerShim;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-test-'));
  shim = createDockerShim({ container: 'postgres', psqlFolder: '/nowhere', host: '/socket', port: 6543 });
});
afterEach(async () => {
  await shim.stop();
  rmSync(folder, { recursive: true });
});

function docker(...args: string[]) {
  return spawnSync('docker', args, { env: { ...shim.environment, SECRET: 'x' }, input: 'input', encoding: 'utf8' });
}

it('passes input, arguments, output and exit code through', () => {
  const { stdout, status } = docker(
    'exec',
    '-i',
    'postgres',
    'sh',
    '-c',
    'cat; printf " %s" "$0" "$@"; exit 3',
    'a',
    "b 'c'",
    '',
  );
  expect(stdout).toBe("input a b 'c' ");
  expect(status).toBe(3);
});

it('gives what runs there only the environment of -e and of the container', () => {
  const { stdout } = docker(
    'exec',
    '-i',
    '-e',
    'A=1',
    '-e',
    "B=x y'\n$(id)",
    'postgres',
    'sh',
    '-c',
    'env; printf %s "$B"',
  );
  expect(stdout).toContain('A=1\n');
  expect(stdout).toContain("x y'\n$(id)");
  for (const line of ['PGHOST=/socket', 'PGPORT=6543', 'PWD=/']) expect(stdout.split('\n')).toContain(line);
  expect(stdout).not.toContain('SECRET');
  expect(stdout).not.toContain('ONE_ROOF_SHIM');
});

it('hands a password on in a file that only its owner reads, and the way to encrypt', async () => {
  const options = { container: 'postgres', psqlFolder: '/nowhere', host: '/socket', port: 6543 };
  const closed = createDockerShim({ ...options, password: 'a:b', sslmode: 'require' });
  const words = ['exec', '-i', 'postgres', 'sh', '-c', 'env; stat -c %a "$PGPASSFILE"; cat "$PGPASSFILE"'];
  const { stdout } = spawnSync('docker', words, { env: { ...closed.environment }, encoding: 'utf8' });
  await closed.stop();
  expect(stdout).toMatch(/^PGSSLMODE=require$/m);
  expect(stdout).toMatch(/^600\n\*:\*:\*:\*:a\\:b$/m);
  expect(stdout).not.toContain('PGPASSWORD');
  expect(JSON.stringify(closed.environment)).not.toContain('a:b');
});

it('reports a process that was killed as 137', () => {
  expect(docker('exec', '-i', 'postgres', 'sh', '-c', 'kill -9 $$').status).toBe(137);
});

it.each([
  [1, 'No such container: other', ['exec', '-i', 'other', 'sh', '-c', 'true']],
  [1, 'No such container: ', ['exec', '-i']],
  [125, 'only "docker exec -i"', ['exec', 'postgres', 'sh', '-c', 'true']],
  [125, 'only "docker exec -i"', ['exec', '-it', 'postgres', 'sh', '-c', 'true']],
  [125, 'unknown flag', ['exec', '-i', '-u', 'root', 'postgres', 'sh', '-c', 'true']],
  [125, 'invalid argument', ['exec', '-i', '-e', 'NOVALUE', 'postgres', 'sh', '-c', 'true']],
  [125, 'only "sh -c TEXT"', ['exec', '-i', 'postgres', 'psql']],
  [125, 'not a command', ['run', 'postgres']],
])('refuses with %i: %s', (code, words, args) => {
  const { status, stderr } = docker(...args);
  expect(stderr).toContain(words);
  expect(status).toBe(code);
});

it('a container that is gone is not found', () => {
  shim.setRunning(false);
  expect(docker('exec', '-i', 'postgres', 'sh', '-c', 'true').status).toBe(1);
  shim.setRunning(true);
  expect(docker('exec', '-i', 'postgres', 'sh', '-c', 'true').status).toBe(0);
});

it('killing the client leaves the process running, and its output goes nowhere', async () => {
  const text = 'touch "$0/began"; sleep 2; echo lost; touch "$0/lived"';
  const client = spawn('docker', ['exec', '-i', 'postgres', 'sh', '-c', text, folder], {
    env: shim.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  client.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  while (!existsSync(join(folder, 'began'))) await delay(20);
  process.kill(-(client.pid ?? 0), 'SIGKILL');
  await once(client, 'exit');
  expect(shim.processes().length).toBeGreaterThan(0);
  while (!existsSync(join(folder, 'lived'))) await delay(20);
  while (shim.processes().length > 0) await delay(20);
  expect(output).toBe('');
});

it('stop ends orphans and removes their folder', async () => {
  const client = spawn('docker', ['exec', '-i', 'postgres', 'sh', '-c', 'sleep 600 & setsid sleep 600 & wait'], {
    env: shim.environment,
    detached: true,
    stdio: 'ignore',
  });
  await until(() => (shim.processes().length > 1 ? true : undefined));
  process.kill(-(client.pid ?? 0), 'SIGKILL');
  const orphans = shim.processes();
  expect(orphans.length).toBeGreaterThan(1);
  await shim.stop();
  expect(shim.processes()).toEqual([]);
  expect(existsSync(shim.temporaryFolder)).toBe(false);
  for (const pid of orphans)
    expect(existsSync(`/proc/${pid}/cwd`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toBeFalsy();
});

it('leaves no file behind after an ordinary call', () => {
  docker('exec', '-i', 'postgres', 'sh', '-c', 'true');
  expect(readdirSync(join(shim.temporaryFolder, '..', 'output'))).toEqual([]);
});
