import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApprover } from '../../cli/execution/answer-approval.ts';
import { type Finished, releaseWithStop } from '../../cli/execution/release-with-stop.ts';
import { createTerminal, type Terminal } from '../../cli/screen/terminal.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { tierStateName } from '../../core/base/names.ts';
import { interfere, interfered, runNow, whenEntered } from '../../tools/interfere.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { planOf } from '../../local/postgres/fixture-package.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';
import { type Runtime, startRuntime } from '../../local/driver/runtime.ts';

export const exampleApr = 'APR-BOOT-AUTHMODEL-1';
export const packageDirectory = join(__dirname, '../../sql');

/** What one release did, with the whole database as text before and after it. */
export interface Played extends Finished {
  readonly before: string;
  readonly after: string;
}

export interface PlayOptions {
  readonly apr?: string;
  /** SQL, or a file, run as superuser on the fresh fixture. */
  readonly prepare?: string;
  /** A file that a superuser runs when the trial or the first tier begins; `before` is then as it was after that. */
  readonly interferenceFile?: string;
  readonly interferenceAt?: 'trial' | 'first tier';
  /** What somebody else does when a tier begins, which then fails; `before` is the fresh database with that done to it. */
  readonly meanwhile?: { readonly tier: string; readonly sql: string; readonly failure: string };
}

/** One server and one runtime for a test file; each release gets a fresh database. */
export interface Stage {
  readonly server: PostgresServer;
  readonly runtime: Runtime;
  fresh(options?: PlayOptions): Promise<void>;
  release(apr?: string): Promise<Finished>;
  play(options?: PlayOptions): Promise<Played>;
  query(sql: string): Promise<string>;
  stop(): Promise<void>;
}

const silent: Terminal = { ...createTerminal({ json: true }), interactive: false, alert: () => undefined };

/** One release to its end, approved with this code. */
export async function releaseOn(runtime: Runtime, apr: string): Promise<Finished> {
  const approver = createApprover(runtime.stepFunctions, { apr, terminal: silent });
  const unsubscribe = runtime.stepFunctions.onEvent(({ event }) => approver(event));
  try {
    return await releaseWithStop(runtime, silent);
  } finally {
    unsubscribe();
  }
}

export async function openStage(directory = packageDirectory): Promise<Stage> {
  const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-test-'));
  const plan = planOf(directory);
  const { database } = plan;
  const server = await startPostgres({ superuser: plan.writer });
  await buildFixture(server, { packageDirectory: directory, database: 'fixture' });
  const notifier = { notify: () => Promise.resolve() };
  const runtime = await startRuntime({ server, packageDirectory: directory, evidenceFolder, notifier });
  const psql = async (request: { sql?: string; file?: string; bare?: boolean }) => {
    const result = await runPsql(server, { database, ...request });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return result.stdout.trim();
  };
  /** The database as a rollback has to leave it; undefined where only the interference will tell. */
  const untouchedBy = async ({ interferenceFile, meanwhile }: PlayOptions): Promise<string | undefined> => {
    if (interferenceFile !== undefined) return undefined;
    if (meanwhile === undefined) return dumpDatabase(server, database);
    await copyDatabase(server, { from: database, to: interfered });
    const done = await runPsql(server, { database: interfered, sql: meanwhile.sql });
    if (done.exitCode !== 0) throw new Error(done.stderr);
    return dumpDatabase(server, interfered);
  };
  const disturb = ({ interferenceFile: file, interferenceAt: moment = 'first tier', meanwhile }: PlayOptions) => {
    if (file !== undefined) return interfere(runtime, server, readFileSync(file, 'utf8'), moment, plan);
    if (meanwhile === undefined) return () => undefined;
    const { tier: id, sql, failure } = meanwhile;
    const states = plan.tiers.filter((tier) => tier.id === id).map(tierStateName);
    return whenEntered(runtime, states, () => runNow(server, database, `${sql};\n${failure};`));
  };
  const stage: Stage = {
    server,
    runtime,
    query: (sql) => psql({ sql, bare: true }),
    fresh: async ({ prepare } = {}) => {
      await copyDatabase(server, { from: 'fixture', to: database });
      if (prepare !== undefined) await psql({ sql: prepare });
    },
    release: (apr = plan.approval.code.example) => releaseOn(runtime, apr),
    play: async (options = {}) => {
      await stage.fresh(options);
      const untouched = await untouchedBy(options);
      const leave = disturb(options);
      const finished = await stage.release(options.apr).finally(leave);
      const before = untouched ?? (await dumpDatabase(server, interfered));
      return { ...finished, before, after: await dumpDatabase(server, database) };
    },
    stop: async () => {
      await runtime.stop();
      await server.stop();
      rmSync(evidenceFolder, { recursive: true, force: true });
    },
  };
  return stage;
}
