import { join } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { PostgresError } from './errors.ts';
import { fixturePackage, planOf } from './fixture-package.ts';
import { runPsql } from './psql.ts';
import type { PostgresServer } from './server.ts';

/** How a trial database may differ from what `fixture/build.sql` of the package builds by itself. */
export interface FixtureOptions {
  /** The package that the fixture belongs to; the one of this checkout by default. */
  readonly packageDirectory?: string;
  /** Whether the human signature is there, as in a rehearsal (default). False builds none, as in production today. */
  readonly signed?: boolean;
  /** `production` builds production's row counts; `small`, the default, a thousandth of them. */
  readonly scale?: 'small' | 'production';
  /** How much the release has to cover, for scaling runs; the fixture says what is possible. */
  readonly collections?: number;
  /** Name of the database to create; the plan's by default. */
  readonly database?: string;
  /** The UTC day that all dates derive from, YYYY-MM-DD; today by default. The same day gives the same dump. */
  readonly anchor?: string;
}

/**
 * Builds a package's trial database, in its exact pre-release state, and the roles that it needs. The database must not
 * exist yet: this function never drops one, because a server given by URL may hold the real one.
 * @throws UsageError when the fixture refuses what is asked for; PostgresError with what psql said.
 */
export async function buildFixture(server: PostgresServer, options: FixtureOptions = {}): Promise<void> {
  const { packageDirectory = fixturePackage, anchor, signed, scale, collections } = options;
  const database = options.database ?? planOf(packageDirectory).database;
  const given = { anchor, scale, collections, signed: signed === false ? 0 : undefined };
  const built = await runPsql(server, {
    database: 'postgres',
    file: join(packageDirectory, 'fixture/build.sql'),
    variables: {
      database,
      ...Object.fromEntries(
        Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
    },
  });
  const refusal = /REFUSING: (.*)/.exec(built.stderr)?.[1];
  if (refusal !== undefined) throw new UsageError(`The fixture ${database} was not built: ${refusal}.`);
  if (built.exitCode !== 0)
    throw new PostgresError(`The fixture ${database} could not be built: ${built.stderr.trim()}`);
  // Outside the build's transaction: statistics and hint bits as a database in use has them.
  const settled = await runPsql(server, { database, sql: 'vacuum (analyze);' });
  if (settled.exitCode !== 0)
    throw new PostgresError(`The fixture ${database} could not be analysed: ${settled.stderr.trim()}`);
}
