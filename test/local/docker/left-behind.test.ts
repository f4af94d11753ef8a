import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as shims from '../../../local/docker/shim.ts';
import { until as untilFound } from '../../until.ts';
import { project } from '../../docs/documents.ts';

/** Above any pid_max of Linux (4,194,304), so no process has it. */
const deadPid = 4_999_999;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-left-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a container with a password in a process of its own, which runs `then` and goes on. */
async function container(then = ''): Promise<{ pid: number; kill: () => Promise<void> }> {
  const code = `require(${JSON.stringify(join(project, 'bin/typescript.cjs'))});
    const { createDockerShim } = require(${JSON.stringify(join(project, 'local/docker/shim.ts'))});
    const shim = createDockerShim({ container: 'postgres', psqlFolder: '/nowhere', host: '/socket', port: 1, password: 'a secret' });
    ${then}
    console.log('ready');
    setInterval(() => undefined, 1000);`;
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'], env });
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid: child.pid ?? 0,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const secrets = () => spawnSync('grep', ['-rls', 'a secret', folder], { encoding: 'utf8' }).stdout.trim();

const until = (done: () => boolean) => untilFound(() => (done() ? true : undefined));

test('the password of a runtime that was killed is gone at once, and its folder with the next start', async () => {
  const runtime = await container();
  expect(secrets()).toMatch(/passwords$/);
  await runtime.kill();
  await until(() => secrets() === '');
  await shims.sweepContainers(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test('what the killed runtime had started in its container is ended with it', async () => {
  const start = `require('node:child_process').spawn('docker',
    ['exec', '-i', 'postgres', 'sh', '-c', 'sleep 600'], { env: shim.environment, stdio: 'ignore', detached: true });`;
  const runtime = await container(start);
  const [left = ''] = readdirSync(folder);
  const marker = `TMPDIR=${join(folder, left, 'tmp')}`;
  const inside = () =>
    spawnSync('sh', ['-c', `grep -ls "${marker}" /proc/[0-9]*/environ`], { encoding: 'utf8' }).stdout;
  await until(() => inside() !== '');
  await runtime.kill();
  await shims.sweepContainers(folder);
  expect(readdirSync(folder)).toEqual([]);
  expect(inside()).toBe('');
});

test('the container of a runtime that lives is left alone', async () => {
  const runtime = await container();
  try {
    await shims.sweepContainers(folder);
    expect(secrets()).toMatch(/passwords$/);
  } finally {
    await runtime.kill();
    await until(() => secrets() === '');
  }
});

describe('nothing but a dead runtime’s own folder is swept', () => {
  const name = `one-roof-docker-${deadPid}-abcdef`;
  const target = () => join(folder, 'not ours');
  beforeEach(() => {
    mkdirSync(target());
    writeFileSync(join(target(), 'kept'), '');
  });
  afterEach(() => expect(existsSync(join(target(), 'kept'))).toBe(true));

  test('a link to another folder', async () => {
    symlinkSync(target(), join(folder, name));
    await shims.sweepContainers(folder);
    expect(readdirSync(folder)).toContain(name);
  });

  test.each([`${name}-more`, `one-roof-docker-x-abcdef`, `my-${name}`, 'one-roof-docker-backup'])(
    '%s',
    async (other) => {
      mkdirSync(join(folder, other));
      await shims.sweepContainers(folder);
      expect(readdirSync(folder)).toContain(other);
    },
  );

  // Only root can give a folder away.
  (process.getuid?.() === 0 ? test : test.skip)('the folder of another user', async () => {
    mkdirSync(join(folder, name));
    lchownSync(join(folder, name), 65534, 65534);
    await shims.sweepContainers(folder);
    expect(readdirSync(folder)).toContain(name);
  });
});
