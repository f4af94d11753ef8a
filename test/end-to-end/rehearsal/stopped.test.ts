import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

/** Runs `one-roof rehearse` and presses Ctrl-C twice once the clone is there. */
async function stoppedTwice(atClone: () => Promise<unknown> = () => Promise.resolve()) {
  const words = ['rehearse', '--url', stage.server.url('directus'), '--report-dir', stage.evidenceFolder];
  const child = spawn(process.execPath, [join(__dirname, '../../../bin/one-roof.mjs'), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 80_000,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr, reached, stopping] = ['', '', false, false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (!reached && stderr.includes('✓ Clone')) {
      reached = true;
      void atClone().then(() => child.kill('SIGINT'));
    }
    if (!stopping && stderr.includes('Please wait')) {
      stopping = true;
      child.kill('SIGINT');
    }
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, stdout, stderr };
}

test('stopped, a rehearsal ends when its clone is gone, however often Ctrl-C is pressed: exit 13', async () => {
  const { exitCode, stdout } = await stoppedTwice();
  expect(exitCode).toBe(13);
  expect(stdout).toContain('REHEARSAL FAILED');
  expect(await stage.left()).toBe('');
});

test('stopped, a rehearsal whose clone stays says so: exit 14', async () => {
  const clones = `datname like 'directus\\_rehearsal\\_%'`;
  const { exitCode, stderr } = await stoppedTwice(() =>
    stage.query(`update pg_database set datistemplate = true where ${clones}`),
  );
  expect(exitCode).toBe(14);
  expect(stderr).toContain('The clone may still be there');
  expect(await stage.left()).toContain('directus_rehearsal_');
});
