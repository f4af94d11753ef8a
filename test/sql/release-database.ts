import { join } from 'node:path';
import { flatten } from '../../core/package/flatten.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { buildFixture, type FixtureOptions } from '../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { runProgram, type ProgramResult } from '../../local/postgres/run-program.ts';
import { startPostgres, type PostgresServer } from '../../local/postgres/server.ts';

/** The code that the fixture's one valid approval request carries. */
export const ratifiedApr = 'APR-BOOT-AUTHMODEL-1';
/** Run ids as the machine makes them. */
export const runId = '0123456789ab';
export const otherRunId = 'ba9876543210';

/** The tiers in their order, with the line that each prints when it worked. */
export const tiers = [
  [
    '0',
    'prod/00_preflight.sql',
    /^Preflight PASS: ospa=1 gap=210 own=0 conflict=0 emit=0 axis=absent prereqs=present$/m,
  ],
  ['1', 'prod/10_structure.sql', /^tables=11 views=31 functions=1$/m],
  ['2', 'prod/20_responsibility_axis.sql', /^required=210 generalized gap=210 == canonical=210 \(zero drift\)$/m],
  ['3', 'prod/30_ownership_seed.sql', /^new=30 gap=0 conflict=0$/m],
  ['4', 'prod/40_containment.sql', /^required=35 gap=0$/m],
  ['5', 'prod/50_topic_finalization.sql', /^divergent=0 projection_gap=0$/m],
  ['6', 'prod/60_scanner_baseline.sql', /^critical=0 emittable=0 outbox=0 scan_id=1$/m],
  ['8', 'prod/90_verify.sql', /^TIER 8 VERIFY PASS$/m],
] as const;

export const undoFile = 'prod_rollback/99_rollback_full.sql';
export const perTierFile = 'prod_rollback/per_tier_rollback.sql';
export const baselineLine = 'FULL ROLLBACK OK: ownership=0 gap=210 axis=absent';
/** The line of a full rollback that undid all objects of the run. */
export const undoneLine = new RegExp(
  `^rollback outcome=undone run=${runId} objects=43 ownership=0 gap=210 axis=absent$`,
  'm',
);

const packageFolder = join(__dirname, '../../sql');

/** Path of a file of the package. */
export const inPackage = (file: string): string => join(packageFolder, file);
/** Every file of the package, by its path. */
export const packageFiles = readPackageFiles(packageFolder);
/** Text of a script of the package as it is sent: with its includes resolved. */
export const packageText = (file: string): string => flatten(packageFiles, file).text;

/** One server with the pre-release database, of which every test gets a fresh copy called directus. */
export class ReleaseDatabase {
  readonly server: PostgresServer;
  private applied = 0;
  private baselineText: string | undefined;

  private constructor(server: PostgresServer) {
    this.server = server;
  }

  static async start(options: FixtureOptions = {}): Promise<ReleaseDatabase> {
    const server = await startPostgres();
    await buildFixture(server, { ...options, database: 'fixture' });
    return new ReleaseDatabase(server);
  }

  async fresh(database = 'directus'): Promise<void> {
    await copyDatabase(this.server, { from: 'fixture', to: database });
  }

  /** A fresh copy to which the first `count` tiers have been applied by the machine; each state is made once and copied. */
  async freshAfter(count: number): Promise<void> {
    while (this.applied < count) {
      await copyDatabase(this.server, { from: this.state(this.applied), to: 'directus' });
      await this.apply(this.applied + 1, this.applied);
      await copyDatabase(this.server, { from: 'directus', to: this.state(this.applied + 1) });
      this.applied += 1;
    }
    await copyDatabase(this.server, { from: this.state(count), to: 'directus' });
  }

  private state(count: number): string {
    return count === 0 ? 'fixture' : `fixture_after_${count}`;
  }

  /** The untouched pre-release database as text. */
  async baseline(): Promise<string> {
    return (this.baselineText ??= await this.dump('fixture'));
  }

  /** A script by hand, as the seed says: psql and nothing else. */
  async byHand(
    file: string,
    variables: Record<string, string> = {},
    options: { user?: string; database?: string; environment?: Record<string, string> } = {},
  ): Promise<ProgramResult> {
    return runPsql(this.server, {
      database: 'directus',
      file: inPackage(file),
      variables: { ratified_apr: ratifiedApr, ...variables },
      ...options,
    });
  }

  /** A script as the wrapper runs it: prelude and script in one session, named after the run. */
  async byMachine(
    id: string,
    file: string,
    variables: Record<string, string> = {},
    options: { user?: string } = {},
  ): Promise<ProgramResult> {
    const mutating = !/preflight|prod_verify|gate_monitor|runner/.test(file);
    const run = variables['run_id'] ?? runId;
    return runPsql(this.server, {
      database: 'directus',
      bare: true,
      file: inPackage('runner/prelude.sql'),
      sql: packageText(file),
      variables: {
        run_id: run,
        start_by: new Date(Date.now() + 45_000).toISOString(),
        mutating: mutating ? 'on' : 'off',
        ratified_apr: ratifiedApr,
        ...variables,
      },
      environment: {
        PGAPPNAME: `one-roof/${run}/${id}`,
        PGOPTIONS: `-c lock_timeout=5s -c statement_timeout=30s${mutating ? '' : ' -c default_transaction_read_only=on'}`,
      },
      ...options,
    });
  }

  /** The first `count` tiers of a run by the machine, without the `done` ones; each must print its line. */
  async apply(count: number, done = 0, run = runId): Promise<void> {
    for (const [id, file, proof] of tiers.slice(done, count)) {
      const result = await this.byMachine(`tier-${id}`, file, { run_id: run });
      if (result.exitCode !== 0 || !proof.test(result.stdout))
        throw new Error(`tier ${id}: ${result.stdout}${result.stderr}`);
    }
  }

  /** SQL as superuser, that must succeed; answers the bare lines printed. */
  async sql(text: string, database = 'directus'): Promise<string> {
    const result = await runPsql(this.server, { database, sql: text, bare: true });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return result.stdout.trim();
  }

  /** The whole database as text. */
  async dump(database = 'directus'): Promise<string> {
    const result = await runProgram(join(this.server.bin, 'pg_dump'), [database], {
      environment: this.server.environment(),
    });
    if (result.exitCode !== 0) throw new Error(result.stderr);
    return result.stdout.replace(/^\\(un)?restrict .*$/gm, '');
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}

/** A refusal: psql stopped with 3, and the message says so in its first word. */
export function expectRefusal(result: ProgramResult, message: RegExp): void {
  expect(result.stderr).toMatch(/REFUSING: /);
  expect(result.stderr).toMatch(message);
  expect(result.exitCode).toBe(3);
}
