import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import type { ReleasePackage } from '../../core/package/package.ts';
import { type Moment, momentOf, momentsOf, type Promised, readTap } from '../../core/package/package-tests.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { PostgresError } from '../../local/postgres/errors.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';

/** A promise with the moment and the file that it stands for. */
export interface Tested extends Promised {
  readonly moment: string;
  readonly file: string;
}

/** A package, and the server that holds its database as its fixture built it. */
interface Stage {
  readonly server: PostgresServer;
  readonly release: ReleasePackage;
  readonly packageDirectory: string;
}

/** The run whose stamps the objects carry; no real run has this id. */
const RUN_ID = '000000000000';
/** A test file, and when it is to be run. */
interface TestFile {
  readonly name: string;
  readonly moment: Moment;
}

/** The database in which one test file runs, and which is thrown away behind it. */
const COPY = 'one_roof_test';
/** Assertions are in a schema of their own, whether they are pgTAP's or ours. */
const environment = { PGOPTIONS: '-c search_path="$user",public,tap' };

/**
 * The test files of a package, with the moment at which each looks.
 * @throws UsageError when there are none, or when one says no moment.
 */
export function readTests(packageDirectory: string, moments: readonly Moment[]): TestFile[] {
  const folder = join(packageDirectory, 'test');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.sql')) : [];
  if (names.length === 0) {
    throw new UsageError(
      `${folder} holds no test. Write one, such as before.sql with: select ok(true, 'what has to be so before the release');`,
    );
  }
  return names.sort().map((name) => ({ name, moment: momentOf(name, moments) }));
}

async function play({ server, release }: Stage, id: string): Promise<void> {
  const { database, approval } = release.plan;
  const script = release.scripts.find((candidate) => candidate.script.id === id);
  const variables = { run_id: RUN_ID, ratified_apr: approval.code.example, undo_released: RUN_ID };
  const played = await runPsql(server, { database, sql: script?.text ?? '', variables });
  if (played.exitCode !== 0) throw new PostgresError(`${id} of the package failed: ${played.stderr.trim()}`);
}

/** psql's command to read a file, whatever its path holds. */
const included = (path: string): string => `\\i '${path.replaceAll("'", "''")}'\n`;

async function assertions(server: PostgresServer): Promise<void> {
  const wanted = "select exists (select from pg_available_extensions where name = 'pgtap') as pgtap \\gset\n";
  const ours = join(__dirname, '../../local/postgres/tap.sql');
  const sql = `${wanted}\\if :pgtap\ncreate schema tap; create extension pgtap schema tap;\n\\else\n${included(ours)}\\endif\ngrant usage on schema tap to public;\n`;
  const made = await runPsql(server, { database: COPY, sql, bare: true });
  if (made.exitCode !== 0) throw new PostgresError(`The assertions could not be made: ${made.stderr.trim()}`);
}

async function runTest({ server, release, packageDirectory }: Stage, { name, moment }: TestFile): Promise<Tested[]> {
  const file = `test/${name}`;
  const path = resolve(packageDirectory, file);
  await copyDatabase(server, { from: release.plan.database, to: COPY });
  await assertions(server);
  const planned = /\b(no_)?plan\s*\(/i.test(readFileSync(path, 'utf8'));
  const sql = `${planned ? '' : 'select * from no_plan();\n'}${included(path)}`;
  const { exitCode, stdout, stderr } = await runPsql(server, { database: COPY, sql, bare: true, environment });
  const found = readTap(stdout);
  const [error = ''] = stderr.trim().split('\n');
  const failed = { promise: 'the test runs to its end', holds: false, detail: error.replace(`psql:${path}:`, 'line ') };
  const silent = { promise: 'the test promises something', holds: false, detail: 'it printed no line of TAP' };
  const broken = exitCode !== 0 ? [failed] : found.length === 0 ? [silent] : [];
  return [...found, ...broken].map((each) => ({ moment: moment.title, file, ...each }));
}

/**
 * Plays a package's release and its undo, and at each moment runs the tests that belong there, each on a copy of the
 * database, so that a test may change what it likes.
 * @throws UsageError for tests that are missing or misnamed, PostgresError when a script of the package fails.
 */
export async function* testPackage(stage: Stage): AsyncGenerator<Tested> {
  const moments = momentsOf(stage.release.plan);
  const tests = readTests(stage.packageDirectory, moments);
  for (const moment of moments) {
    if (moment.script !== undefined) await play(stage, moment.script);
    for (const test of tests.filter((each) => each.moment === moment)) yield* await runTest(stage, test);
  }
}
