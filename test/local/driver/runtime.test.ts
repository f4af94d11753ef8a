import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildFixture } from '../../../local/postgres/build-fixture.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres/server.ts';
import { startRuntime } from '../../../local/driver/runtime.ts';

let server: PostgresServer;
const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-runtime-'));
beforeAll(async () => {
  server = await startPostgres();
  await buildFixture(server, { database: 'directus' });
});
afterAll(async () => {
  await server.stop();
  rmSync(evidenceFolder, { recursive: true, force: true });
});

/** The least that a runtime needs here. */
const options = () => ({
  server,
  packageDirectory: join(__dirname, '../../../sql'),
  evidenceFolder,
  notifier: { notify: () => Promise.resolve() },
});

it('says so where nothing can stand in for Docker', async () => {
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  try {
    await expect(startRuntime(options())).rejects.toThrow('Only Linux');
  } finally {
    Object.defineProperty(process, 'platform', { value: 'linux' });
  }
});

it('ends at once, and whole, although a function waits for a command that does not come to an end', async () => {
  const runtime = await startRuntime(options());
  runtime.ssm.setFaults(() => ({ deliverAfter: 30_000 }));
  const { executionArn } = runtime.stepFunctions.startExecution({ stateMachineArn: runtime.releaseArn });
  await delay(1_000);
  expect(runtime.stepFunctions.history(executionArn).at(-1)?.type).toBe('LambdaFunctionStarted');
  const began = Date.now();
  await runtime.stop();
  expect(Date.now() - began).toBeLessThan(3_000);
  expect(existsSync(dirname(runtime.docker?.temporaryFolder ?? ''))).toBe(false);
});
