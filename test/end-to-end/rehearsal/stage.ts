import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedSchema } from '../../../core/rehearsal/contracts.ts';
import type { Settings } from '../../../lib/house/settings.ts';
import { buildFixture } from '../../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../../local/postgres/copy-database.ts';
import { planOf } from '../../../local/postgres/fixture-package.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres/server.ts';
import { type Runtime, startRuntime } from '../../../local/driver/runtime.ts';

export function inProject(...path: string[]): string {
  return join(__dirname, '../../..', ...path);
}

/** The states that work, in the order in which a rehearsal that passes enters them. */
export const states = [
  'Check disk',
  'Clone',
  'Rehearse forward',
  'Check clone',
  'Rehearse back',
  'Rehearse forward again',
  'Refuse a further run',
  'Rehearse back again',
  'Drop clone',
  'Record',
];

/** One server for a test file; runtimes come and go on it, as commands do. */
export interface Stage {
  readonly server: PostgresServer;
  readonly evidenceFolder: string;
  fresh(): Promise<void>;
  start(packageDirectory?: string, settings?: Partial<Settings>): Promise<Runtime>;
  query(sql: string, database?: string): Promise<string>;
  /** Clones, and sessions of rehearsals. */
  left(): Promise<string>;
  stop(): Promise<void>;
}

export async function openStage(directory = inProject('sql')): Promise<Stage> {
  const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-rehearsal-'));
  const { writer, database: production } = planOf(directory);
  const server = await startPostgres({ superuser: writer });
  await buildFixture(server, { packageDirectory: directory, database: 'fixture' });
  await copyDatabase(server, { from: 'fixture', to: production });
  const query = async (sql: string, database = 'postgres') => {
    const result = await runPsql(server, { database, sql, bare: true });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return result.stdout.trim();
  };
  return {
    server,
    evidenceFolder,
    query,
    fresh: () => copyDatabase(server, { from: 'fixture', to: production }),
    start: (packageDirectory = directory, settings = {}) =>
      startRuntime({
        server,
        packageDirectory,
        evidenceFolder,
        notifier: { notify: () => Promise.resolve() },
        settings,
      }),
    left: () =>
      query(`select datname from pg_database where datname like '%rehearsal%'
             union all select application_name from pg_stat_activity where application_name like '%rehearsal%'`),
    stop: async () => {
      await server.stop();
      rmSync(evidenceFolder, { recursive: true, force: true });
    },
  };
}

/** Runs a rehearsal to its end; what Record wrote, and the states that were entered. */
export async function rehearse(runtime: Runtime) {
  const { stepFunctions, rehearsalArn } = runtime;
  const { executionArn } = stepFunctions.startExecution({ stateMachineArn: rehearsalArn });
  await stepFunctions.finished(executionArn);
  const events = stepFunctions.history(executionArn);
  const states = events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
  const output = events.findLast(({ stateExitedEventDetails: left }) => left?.name === 'Record');
  const state = recordedSchema.parse(JSON.parse(output?.stateExitedEventDetails?.output ?? 'null'));
  return { states, ...state };
}

/** A copy of the package with one text replaced in one file. */
export function changedPackage(file: string, from: string, to: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'one-roof-package-'));
  cpSync(inProject('sql'), copy, { recursive: true });
  const text = readFileSync(join(copy, file), 'utf8');
  if (text.split(from).length !== 2) throw new Error(`"${from}" is not in ${file} exactly once`);
  writeFileSync(
    join(copy, file),
    text.replace(from, () => to),
  );
  return copy;
}
