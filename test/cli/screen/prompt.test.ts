import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'one-roof-prompt-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Runs node on a pseudo-terminal (util-linux's `script`). `atPrompt` is called once, when the screen shows `prompt`,
 * with the process id of node; what it returns is typed.
 */
function onTerminal(parameters: string[], prompt: string, atPrompt: (pid: number) => string) {
  return new Promise<{ exitCode: number | null; screen: string }>((resolve, reject) => {
    const words = [process.execPath, ...parameters].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    const child = spawn('script', ['-qec', `echo "pid=$$."; exec ${words.join(' ')}`, '/dev/null'], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: 60_000,
      env: { ...process.env, NO_COLOR: '1', SHELL: '/bin/sh', XDG_STATE_HOME: join(folder, 'state') },
    });
    let [screen, asked] = ['', false];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      if (asked || !screen.includes(prompt)) return;
      asked = true;
      child.stdin.write(atPrompt(Number(/pid=(\d+)\./.exec(screen)?.[1])));
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, screen }));
  });
}

const run = ['bin/one-roof.mjs', 'run', '--local'];
const ctrlC = '\x03';
const ctrlD = '\x04';

describe('the question for the APR code', () => {
  it('is left by Ctrl-C, which stops the release as at any other moment: exit 13', async () => {
    const { exitCode, screen } = await onTerminal(run, 'APR code: ', () => ctrlC);
    expect(screen).toContain('Stopped. The database is exactly as before.');
    expect(screen).not.toContain('too late');
    expect(exitCode).toBe(13);
  });

  it('does not hold the process when the release is stopped from elsewhere', async () => {
    const { exitCode, screen } = await onTerminal(run, 'APR code: ', (pid) => {
      process.kill(pid, 'SIGTERM');
      return '';
    });
    expect(screen).toContain('Stopped. The database is exactly as before.');
    expect(exitCode).toBe(13);
  });

  it('takes Ctrl-D for an empty answer: rejected, exit 11', async () => {
    const { exitCode, screen } = await onTerminal(run, 'APR code: ', () => ctrlD);
    expect(screen).toContain('the approver gave no code');
    expect(exitCode).toBe(11);
  });
});

describe('the question for a run id', () => {
  const confirm = `require('./bin/typescript.cjs');
    const { confirmRun } = require('./cli/screen/confirm.ts');
    confirmRun('stop', '0123456789ab', undefined, { interactive: true }).catch((error) => {
      console.log(error.message);
      process.exitCode = error.exitCode;
    });`;

  it.each([
    ['Ctrl-C', ctrlC],
    ['Ctrl-D', ctrlD],
  ])('is left by %s with nothing done: exit 2', async (_key, typed) => {
    const { exitCode, screen } = await onTerminal(['-e', confirm], 'type the run id', () => typed);
    expect(screen).toContain('Nothing was done.');
    expect(exitCode).toBe(2);
  });
});

it.each([
  ['run', ['run', '--local', '--json'], 'pass --apr'],
  ['approve', ['approve', '--local', '--json', '--apr', 'APR-X-1'], 'pass --yes'],
])('one-roof %s --json asks nothing, because it would not show what about: exit 2', async (_verb, words, advice) => {
  const { exitCode, screen } = await onTerminal(['bin/one-roof.mjs', ...words], 'APR code: ', () => ctrlC);
  expect(screen).toContain(advice);
  expect(exitCode).toBe(2);
});
