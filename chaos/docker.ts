import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApprover } from '../cli/answer-approval.ts';
import { releaseWithStop } from '../cli/release-with-stop.ts';
import { createTerminal } from '../cli/terminal.ts';
import { buildDirectus } from '../local/directus/build.ts';
import { copyDatabase } from '../local/directus/copy.ts';
import { connectServer } from '../local/postgres/connect.ts';
import { dumpDatabase } from '../local/postgres/dump.ts';
import { runPsql } from '../local/postgres/psql.ts';
import type { PostgresServer } from '../local/postgres/server.ts';
import type { CommandFaults } from '../local/ssm/faults.ts';
import { type Runtime, startRuntime } from '../local/runtime.ts';

/** A slow tier 4, so that there is something to kill: a trigger of the application that takes its time. */
const slowTrigger = `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(%s); return new; end $$;
  create trigger slow before insert on governance_object_ownership for each statement execute function slow();`;

interface Case {
  readonly name: string;
  readonly ending: string;
  readonly prepare?: string;
  readonly fault?: CommandFaults;
}

const cases: readonly Case[] = [
  { name: 'a release', ending: 'released' },
  {
    name: 'docker client killed while tier 3 runs; its psql goes on in the container',
    ending: 'rolled_back',
    prepare: slowTrigger.replace('%s', '6'),
    fault: { killAfter: 1_200 },
  },
  { name: 'docker client killed before psql connects', ending: 'rolled_back', fault: { killAfter: 40 } },
  { name: 'a statement runs out of its time', ending: 'rolled_back', prepare: slowTrigger.replace('%s', '40') },
  { name: 'the agent delivers twice', ending: '', fault: { duplicateAfter: 100 } },
];

async function release(runtime: Runtime): Promise<string> {
  const terminal = { ...createTerminal({ json: true }), interactive: false, alert: () => undefined };
  const approver = createApprover(runtime.stepFunctions, { apr: 'APR-BOOT-AUTHMODEL-1', terminal });
  const leave = runtime.stepFunctions.onEvent(({ event }) => approver(event));
  try {
    return (await releaseWithStop(runtime, terminal)).ending.name;
  } finally {
    leave();
  }
}

async function left(server: PostgresServer): Promise<string> {
  const sql = "select count(*) from pg_stat_activity where application_name like 'one-roof/%'";
  const backends = (await runPsql(server, { database: 'directus', sql, bare: true })).stdout.trim();
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

async function play(runtime: Runtime, server: PostgresServer, given: Case): Promise<string[]> {
  await copyDatabase(server, { from: 'fixture', to: 'directus' });
  if (given.prepare !== undefined) await runPsql(server, { database: 'directus', sql: given.prepare });
  const before = await dumpDatabase(server, 'directus');
  runtime.ssm.setFaults(({ comment }) => (comment.endsWith('/tier-3') ? given.fault : undefined));
  const ending = await release(runtime);
  const after = await dumpDatabase(server, 'directus');
  const problems =
    given.ending === '' || ending === given.ending ? [] : [`ended as ${ending}, expected ${given.ending}`];
  if (ending !== 'released' && after !== before) problems.push('the database is not as before');
  const rest = await left(server);
  return rest === '' ? problems : [...problems, rest];
}

async function main(url: string): Promise<number> {
  const server = await connectServer(url.replace('/directus?', '/postgres?'));
  await buildDirectus(server, { database: 'fixture' });
  const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-docker-stage-'));
  const notifier = { notify: () => Promise.resolve() };
  const packageDirectory = join(__dirname, '..', 'sql');
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
