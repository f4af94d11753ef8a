import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackagedScript, ReleasePackage } from '../../core/package/package.ts';
import { proofFacts } from '../../core/command/wrapper-output.ts';
import { buildFixture, type FixtureOptions } from '../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { runProgram } from '../../local/postgres/run-program.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';
import { apr, database, packageDirectory, released } from '../package.ts';
import { timed } from './statistics.ts';

/** The run id of measured releases. */
export const runId = '0123456789ab';
/** The script that runs all tiers in one psql process: the lower bound of every comparison. */
export const runAll = 'prod/99_run_all.sql';

/** The setting of a measurement: a server with fsync on, the package, and a folder for what measurements write. */
export class Stage {
  readonly server: PostgresServer;
  readonly release: ReleasePackage = released;
  readonly folder = mkdtempSync(join(tmpdir(), 'one-roof-bench-'));
  /**
   * File of psql variables that differ from the plan's, for scaling runs. A file, because a command line is too short.
   */
  variablesFile: string | undefined;

  private constructor(server: PostgresServer) {
    this.server = server;
  }

  static async start(): Promise<Stage> {
    return new Stage(await startPostgres({ durable: true }));
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Builds a fixture under a name of its own, to be copied later. */
  async build(name: string, options: FixtureOptions = {}): Promise<void> {
    await buildFixture(this.server, { ...options, database: name });
  }

  /** Makes a fresh database and flushes its pages, so that no measurement includes the cost of the copy. */
  async fresh(from: string): Promise<void> {
    await copyDatabase(this.server, { from, to: database });
    await this.sql('checkpoint');
  }

  async sql(text: string, on = database): Promise<string> {
    const result = await runPsql(this.server, { database: on, sql: text, bare: true });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return result.stdout.trim();
  }

  script(id: string): PackagedScript {
    const found = this.release.scripts.find(({ script }) => script.id === id);
    if (found === undefined) throw new Error(`The plan has no script ${id}`);
    return found;
  }

  /** Ids of the tiers' scripts, in order. */
  get tiers(): string[] {
    return this.release.plan.tiers.map(({ id }) => `tier-${id}`);
  }

  /** Writes psql variables into a file that every plain script reads first; returns its text. */
  useVariables(variables: Readonly<Record<string, string>>): string {
    const text = Object.entries(variables)
      .map(([name, value]) => `\\set ${name} '${value}'\n`)
      .join('');
    this.variablesFile = join(this.folder, 'variables.sql');
    writeFileSync(this.variablesFile, text);
    return text;
  }

  /** Milliseconds of plain psql with one process and the files as they are. @throws when it fails. */
  async plainPackage(): Promise<number> {
    const { ms, result } = await timed(() =>
      runPsql(this.server, {
        database,
        file: join(packageDirectory, runAll),
        variables: { ratified_apr: apr, run_id: runId },
        bare: true,
      }),
    );
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return ms;
  }

  /** Milliseconds of the tiers by psql, each in a process and session of its own, without any wrapper. */
  async plainTiers(): Promise<number> {
    const { ms } = await timed(async () => {
      for (const id of this.tiers) await this.plainScript(id);
    });
    return ms;
  }

  /** The server's log so far. */
  log(): string {
    return readFileSync(join(this.server.socketDirectory, 'log'), 'utf8');
  }

  /**
   * Milliseconds of one script by psql, prelude first, with its proof demanded; `more` is added to the environment.
   * @throws when the script is not proven.
   */
  async plainScript(
    id: string,
    variables: Readonly<Record<string, string>> = {},
    more: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const { script } = this.script(id);
    const given: Record<string, string> = {
      run_id: runId,
      start_by: new Date(Date.now() + 600_000).toISOString(),
      mutating: script.mutates ? 'on' : 'off',
      ratified_apr: apr,
      ...variables,
    };
    const files = [
      this.variablesFile,
      join(packageDirectory, 'runner/prelude.sql'),
      join(packageDirectory, script.file),
    ];
    const role = script.as === 'reader' ? this.release.plan.reader : this.release.plan.writer;
    const parameters = [
      ...['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-U', role, '-d', database],
      ...Object.entries(given).flatMap(([name, value]) => ['-v', `${name}=${value}`]),
      ...files.flatMap((file) => (file === undefined ? [] : ['-f', file])),
    ];
    const environment = { ...this.server.environment(), PGAPPNAME: `one-roof/${runId}/${id}`, ...more };
    const { ms, result } = await timed(() => runProgram(join(this.server.bin, 'psql'), parameters, { environment }));
    const proven = result.stdout.split('\n').some((line) => proofFacts(script.proof, line) !== undefined);
    if (result.exitCode !== 0 || !proven) throw new Error(`${id}: ${result.stdout}${result.stderr}`);
    return ms;
  }
}
