import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Table from 'cli-table3';
import { createApprover } from '../../cli/execution/answer-approval.ts';
import { releaseWithStop } from '../../cli/execution/release-with-stop.ts';
import { rollbackOutcome } from '../../cli/execution/ending-of-history.ts';
import { onInterrupt } from '../../cli/screen/interrupt.ts';
import { createTerminal } from '../../cli/screen/terminal.ts';
import { type Runtime, startRuntime } from '../../local/driver/runtime.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';
import { apr, database, packageDirectory } from '../package.ts';

/** What a long life could wear out, as it stands after one round. */
type Sample = Readonly<Record<(typeof measures)[number][0], number>>;

/** What is measured: its name in the table, and by how much it may have grown at the end, as a share and as a number. */
const measures = [
  ['heap in MB', 0.1, 5],
  ['memory in MB', 0.1, 20],
  ['open files', 0, 2],
  ['processes', 0, 0],
  ['temporary folders', 0, 0],
  ['backends', 0, 0],
  ['catalogue in MB', 0.1, 2],
  ['seconds a round', 0.1, 0.5],
] as const;

const terminal = { ...createTerminal({ json: true }), interactive: false, alert: () => undefined };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const megabytes = (bytes: number) => bytes / 1024 ** 2;

/** Folders that this process has made and not removed, wherever it makes some. */
function leftovers(): number {
  const own = new RegExp(`^one-roof-.*-${process.pid}-`);
  return ['/dev/shm', tmpdir()]
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).filter((name) => own.test(name))).length;
}

async function sample(server: PostgresServer, runtime: Runtime, seconds: number): Promise<Sample> {
  const sql = `select (select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()),
    (select sum(pg_total_relation_size(oid)) from pg_class where oid < 16384 and relkind in ('r', 'm'));`;
  const { stdout } = await runPsql(server, { database, bare: true, sql });
  const [backends = NaN, catalogue = NaN] = stdout.trim().split('|').map(Number);
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    'heap in MB': megabytes(heapUsed),
    'memory in MB': megabytes(rss),
    'open files': readdirSync('/proc/self/fd').length,
    processes: runtime.docker?.processes().length ?? 0,
    'temporary folders': leftovers(),
    backends,
    'catalogue in MB': megabytes(catalogue),
    'seconds a round': seconds,
  };
}

/** One round: a rehearsal, a release, and the rollback of the sealed release. @throws Error when one of them ends badly. */
async function round(runtime: Runtime): Promise<void> {
  const { stepFunctions, rehearsalArn, rollbackArn } = runtime;
  const rehearsal = stepFunctions.startExecution({ stateMachineArn: rehearsalArn, input: '{}' });
  const { status } = await stepFunctions.finished(rehearsal.executionArn);
  if (status !== 'SUCCEEDED') throw new Error(`a rehearsal ended as ${status}`);
  const leave = stepFunctions.onEvent(({ event }) => approver(event));
  const approver = createApprover(stepFunctions, { apr, terminal });
  const { runId, ending } = await releaseWithStop(runtime, terminal).finally(leave);
  if (ending.name !== 'released') throw new Error(`a release ended as ${ending.name}: ${ending.headline}`);
  const undo = stepFunctions.startExecution({
    stateMachineArn: rollbackArn,
    input: JSON.stringify({ undoReleased: runId }),
  });
  const outcome = rollbackOutcome((await stepFunctions.finished(undo.executionArn)).output);
  if (outcome !== 'rolled_back') throw new Error(`a rollback ended as ${outcome ?? 'nothing that it could say'}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

/** A row for each measure, and whether the last third stands where the first third stood. */
function report(samples: readonly Sample[]): { text: string; flat: boolean } {
  const table = new Table({
    head: ['measure', 'first', 'median', 'last', 'first third', 'last third', ''],
    style: { head: [], border: [] },
  });
  const third = Math.max(1, Math.floor(samples.length / 3));
  const verdicts = measures.map(([name, share, number]) => {
    const values = samples.map((taken) => taken[name]);
    const [early, late] = [median(values.slice(0, third)), median(values.slice(-third))];
    const flat = late <= early * (1 + share) + number;
    const shown = [values[0], median(values), values.at(-1), early, late].map((value = NaN) => value.toFixed(1));
    table.push([name, ...shown, flat ? 'flat' : 'GROWS']);
    return flat;
  });
  return { text: table.toString(), flat: verdicts.every(Boolean) };
}

/**
 * Plays rehearsal, release and rollback again and again in one runtime on one database, and shows whether anything
 * wears out: a runtime on a laptop may stand for weeks. Autovacuum is on, as in production. Returns the exit code.
 */
export async function soak(rounds: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-soak-'));
  const server = await startPostgres({ durable: true });
  const samples: Sample[] = [];
  const stopped = new AbortController();
  const ignoreInterrupts = onInterrupt(() => stopped.abort());
  try {
    await buildFixture(server, { database });
    const notifier = { notify: () => Promise.resolve() };
    const runtime = await startRuntime({ server, packageDirectory, evidenceFolder: folder, notifier });
    try {
      while (samples.length < rounds && !stopped.signal.aborted) {
        const began = Date.now();
        await round(runtime);
        const taken = await sample(server, runtime, (Date.now() - began) / 1000);
        samples.push(taken);
        const shown = measures.map(([name]) => `${name} ${taken[name].toFixed(1)}`).join(', ');
        process.stderr.write(`${samples.length} of ${rounds}: ${shown}\n`);
      }
    } finally {
      await runtime.stop();
    }
  } finally {
    ignoreInterrupts();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const { text, flat } = report(samples);
  process.stdout.write(`${text}\n\n${samples.length} rounds, ${flat ? 'nothing wears out' : 'something wears out'}\n`);
  return flat && samples.length === rounds ? 0 : 1;
}
