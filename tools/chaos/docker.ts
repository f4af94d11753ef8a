import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createApprover } from '../../cli/execution/answer-approval.ts';
import { releaseWithStop } from '../../cli/execution/release-with-stop.ts';
import { createTerminal } from '../../cli/screen/terminal.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { apr, database, filled, packageDirectory } from '../package.ts';
import { interfere, interfered } from '../interfere.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { connectServer } from '../../local/postgres/connect.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import type { CommandFaults } from '../../local/ssm/faults.ts';
import { type Runtime, startRuntime } from '../../local/driver/runtime.ts';

/** Makes tier 4 slow, so that there is something to kill: a trigger of the application that sleeps. */
const slowTrigger = `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(%s); return new; end $$;
  create trigger slow before insert on ${filled} for each statement execute function slow();`;

interface Case {
  readonly name: string;
  readonly ending: string;
  /** What the application does to the database when the first tier begins. */
  readonly interference?: string;
  readonly fault?: CommandFaults;
  /** Plays a rehearsal instead of a release, to its end or until it enters the named state. */
  readonly rehearsal?: { readonly stopAt?: string };
}

const cases: readonly Case[] = [
  { name: 'a release', ending: 'released' },
  {
    name: 'docker client killed while tier 3 runs; its psql goes on in the container',
    ending: 'rolled_back',
    interference: slowTrigger.replace('%s', '6'),
    fault: { killAfter: 1_200 },
  },
  { name: 'docker client killed before psql connects', ending: 'rolled_back', fault: { killAfter: 40 } },
  { name: 'a statement runs out of its time', ending: 'rolled_back', interference: slowTrigger.replace('%s', '40') },
  { name: 'the agent delivers twice', ending: '', fault: { duplicateAfter: 100 } },
  { name: 'a rehearsal', ending: '', rehearsal: {} },
  { name: 'a rehearsal stopped while it works on the clone', ending: '', rehearsal: { stopAt: 'Rehearse forward' } },
];

async function release(runtime: Runtime): Promise<string> {
  const terminal = { ...createTerminal({ json: true }), interactive: false, alert: () => undefined };
  const approver = createApprover(runtime.stepFunctions, { apr, terminal });
  const leave = runtime.stepFunctions.onEvent(({ event }) => approver(event));
  try {
    return (await releaseWithStop(runtime, terminal)).ending.name;
  } finally {
    leave();
  }
}

async function left(server: PostgresServer): Promise<string> {
  const sql = "select count(*) from pg_stat_activity where application_name like 'one-roof/%'";
  const backends = (await runPsql(server, { database, sql, bare: true })).stdout.trim();
  const psql = spawnSync(
    'docker',
    [
      'exec',
      'postgres',
      'sh',
      '-c',
      'for p in /proc/[0-9]*; do head -c 60 $p/cmdline 2>/dev/null | tr "\\0" " "; echo; done',
    ],
    { encoding: 'utf8' },
  );
  const running = psql.stdout.split('\n').filter((line) => line.startsWith('psql ')).length;
  return backends === '0' && running === 0 ? '' : `${backends} backends and ${running} psql are left`;
}

/**
 * How often the server has restarted because of an orphaned process. Orphans in the container are adopted by its
 * process 1. Where that is the postmaster, as in the official image without --init, it takes an orphan that does not
 * end with 0 or 1 for a crashed backend, and restarts the whole server.
 */
function crashes(): number {
  const { stdout, stderr } = spawnSync('docker', ['logs', 'postgres'], { encoding: 'utf8' });
  return `${stdout}${stderr}`.split('terminating any other active server processes').length - 1;
}

async function clones(server: PostgresServer): Promise<string> {
  const sql = "select string_agg(datname, ' ') from pg_database where datname like '%rehearsal%'";
  return (await runPsql(server, { database: 'postgres', sql, bare: true })).stdout.trim();
}

/** Plays one rehearsal, to its end or until it enters `stopAt`; in the latter case its guard has to drop the clone. */
async function rehearse(runtime: Runtime, server: PostgresServer, stopAt?: string): Promise<string[]> {
  const { stepFunctions, rehearsalArn } = runtime;
  const { executionArn } = stepFunctions.startExecution({ stateMachineArn: rehearsalArn, input: '{}' });
  const leave = stepFunctions.onEvent(({ event }) => {
    if (stopAt !== undefined && event.stateEnteredEventDetails?.name === stopAt)
      stepFunctions.stopExecution(executionArn, 'Stopped', '');
  });
  const { status } = await stepFunctions.finished(executionArn);
  leave();
  const deadline = Date.now() + 30_000;
  while ((await clones(server)) !== '' && Date.now() < deadline) await delay(200);
  const expected = stopAt === undefined ? 'SUCCEEDED' : 'ABORTED';
  const problems = status === expected ? [] : [`the rehearsal ended as ${status}`];
  const clone = await clones(server);
  return clone === '' ? problems : [...problems, `${clone} is left`];
}

async function play(runtime: Runtime, server: PostgresServer, given: Case): Promise<string[]> {
  await copyDatabase(server, { from: 'fixture', to: database });
  const leave = interfere(runtime, server, given.interference ?? '', 'first tier');
  const crashed = crashes();
  runtime.ssm.setFaults(({ comment }) => (comment.endsWith('/tier-3') ? given.fault : undefined));
  const { rehearsal } = given;
  const problems = rehearsal === undefined ? [] : await rehearse(runtime, server, rehearsal.stopAt);
  const ending = rehearsal === undefined ? await release(runtime) : '';
  leave();
  const before = await dumpDatabase(server, rehearsal === undefined ? interfered : 'fixture');
  const after = await dumpDatabase(server, database);
  if (given.ending !== '' && ending !== given.ending) problems.push(`ended as ${ending}, expected ${given.ending}`);
  if (ending !== 'released' && after !== before) problems.push('the database is not as before');
  if (crashes() !== crashed) problems.push('the server took an orphan for a crashed backend, and restarted');
  const rest = await left(server);
  return rest === '' ? problems : [...problems, rest];
}

async function main(url: string): Promise<number> {
  const server = await connectServer(url.replace(`/${database}?`, '/postgres?'));
  await buildFixture(server, { database: 'fixture' });
  const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-docker-stage-'));
  const notifier = { notify: () => Promise.resolve() };
  const runtime = await startRuntime({
    server,
    packageDirectory,
    evidenceFolder,
    notifier,
    container: 'postgres',
    settings: { startBySeconds: 4 },
  });
  let failures = 0;
  try {
    for (const given of cases) {
      const began = Date.now();
      const problems = await play(runtime, server, given);
      failures += problems.length;
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      process.stdout.write(
        `${problems.length === 0 ? 'ok' : 'FAILED'}  ${given.name} (${seconds} s)${problems.map((text) => `\n  ${text}`).join('')}\n`,
      );
    }
  } finally {
    await runtime.stop();
    rmSync(evidenceFolder, { recursive: true, force: true });
  }
  return failures === 0 ? 0 : 1;
}

main(process.argv[2] ?? '').then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    process.exit(1);
  },
);
