import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { fence } from '../../core/steps/fence.ts';
import { buildDirectus } from '../../local/directus/build.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';
import { createTestPorts } from '../core/ports.ts';
import { proven } from '../core/proven.ts';

const run = '0a1b2c3d4e5f';
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await buildDirectus(server);
});
afterAll(() => server.stop());

it('waits for a backend that takes a second to end, instead of calling it gone or alive', async () => {
  const client = new Client({ connectionString: server.url('directus'), application_name: `one-roof/${run}/tier-3` });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  void delay(1_000).then(() => process.kill(pid, 'SIGCONT'));
  const file = join(__dirname, '../../sql/prod_rollback/fence.sql');
  const { exitCode, stdout } = await runPsql(server, { database: 'directus', file, variables: { run_id: run } });
  expect(stdout).toContain(`fence run=${run} terminated=1 remaining=0 stamped=0 state=none`);
  expect(exitCode).toBe(0);
});

it('names the instant after which nothing of the run can start, counted from the state entered last', async () => {
  const ports = createTestPorts({
    answer: (request) => proven(request, `fence run=${run} terminated=0 remaining=0 stamped=43 state=applying`),
  });
  const arn = 'arn:aws:states:eu-central-1:000000000000:execution:OneRoof-Release:x';
  const enteredAt = new Date(ports.clock.now().getTime() - 10_000);
  const step = fence(
    {
      EVIDENCE_BUCKET: 'bucket',
      PACKAGE_DIGEST: `sha256:${'0'.repeat(64)}`,
      NODE_ID: 'mi-0123456789abcdef0',
      START_BY_SECONDS: 45,
      CLOCK_SKEW_SECONDS: 5,
      STATE_MACHINE_ARN: arn,
      MUTATING_STATES: ['Tier 1 Structure'],
      TIERS: [],
      SCRIPTS: [
        {
          id: 'fence',
          document: 'one-roof-fence',
          sha256: 'a'.repeat(64),
          seconds: 60,
          proof:
            '^fence run=[0-9a-f]{12} terminated=(?<terminated>[0-9]+) remaining=0 stamped=(?<stamped>[0-9]+) state=(?<state>[a-z]+)$',
          parameters: [],
        },
      ],
    },
    {
      ...ports,
      commands: { ...ports.commands, readDocument: () => Promise.resolve({ content: '{}', version: '1', hash: 'h' }) },
      executions: {
        newest: () => Promise.resolve(undefined),
        enteredStates: () => Promise.resolve([{ name: 'Tier 1 Structure', enteredAt, input: {} }]),
      },
    },
  );
  const fenced = await step({
    input: { release: { Id: arn, Name: 'x', StartTime: enteredAt.toISOString() } },
    execution: { Id: arn, Name: 'x', StartTime: enteredAt.toISOString() },
    state: { Name: 'Fence', EnteredTime: ports.clock.now().toISOString() },
  });
  expect(fenced.waitUntil).toBe(new Date(enteredAt.getTime() + 50_000).toISOString());
});
