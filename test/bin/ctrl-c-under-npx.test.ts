import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Ends in order at the first Ctrl-C, as `one-roof run` does, and says so. */
const orderly = `process.on('SIGINT', () => setTimeout(() => process.exit(13), 200)); console.log('ready'); setInterval(() => 0, 1000)`;

// A shell between npx and the command dies of Ctrl-C at once, and npx with it; bash is replaced by the command instead.
test('Ctrl-C under npx waits for the command, and ends with its exit code', async () => {
  const npx = spawn('npm', ['exec', '--call', `node -e "${orderly}"`], {
    cwd: join(__dirname, '../..'),
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(npx.stdout, 'data');
  process.kill(-(npx.pid ?? 0), 'SIGINT');
  expect(await once(npx, 'exit')).toEqual([13, null]);
});
