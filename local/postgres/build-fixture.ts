import { join } from 'node:path';
import { PostgresError } from './errors.ts';
import { runPsql } from './psql.ts';
import type { PostgresServer } from './server.ts';
import { productionCollections } from './owner-map.ts';

/** Rows of the four large tables. `small` is a thousandth of production, for tests. */
const volumes = {
  small: { entity_labels: 820, birth_registry: 1_121, system_issues: 203, event_outbox: 191 },
  production: { entity_labels: 820_183, birth_registry: 1_121_521, system_issues: 203_537, event_outbox: 191_904 },
} as const;

/** Options for the pre-release state to build. */
export interface DirectusOptions {
  /**
   * Whether os_proposal_approvals holds one signature, as in a rehearsal (default). False builds none, as in production
   * today.
   */
  readonly signed?: boolean;
  /** `production` builds production's row counts, about 1.3 GB. */
  readonly scale?: keyof typeof volumes;
  /** Number of governed collections, 35 or more, for scaling runs; the gap is six times as many. */
  readonly collections?: number;
  /** Name of the database to create. */
  readonly database?: string;
  /** The UTC day that all dates derive from, YYYY-MM-DD; today by default. The same day gives the same dump. */
  readonly anchor?: string;
}

/**
 * Builds the database `directus` in its exact pre-release state, and the roles that it needs. The database must not
 * exist yet: this function never drops one, because a server given by URL may hold a real `directus`. Throws
 * PostgresError.
 */
export async function buildDirectus(server: PostgresServer, options: DirectusOptions = {}): Promise<void> {
  const collections = options.collections ?? productionCollections;
  if (!Number.isInteger(collections) || collections < productionCollections || collections > 99_999) {
    throw new PostgresError(
      `The fixture needs between ${productionCollections} and 99999 governed collections, not ${collections}.`,
    );
  }
  const database = options.database ?? 'directus';
  const built = await runPsql(server, {
    database: 'postgres',
    file: join(__dirname, '../../sql/fixture/build.sql'),
    variables: {
      database,
      collections,
      anchor: options.anchor ?? new Date().toISOString().slice(0, 10),
      signed: (options.signed ?? true) ? 1 : 0,
      ...volumes[options.scale ?? 'small'],
    },
  });
  if (built.exitCode !== 0)
    throw new PostgresError(`The fixture ${database} could not be built: ${built.stderr.trim()}`);
  // Outside the build's transaction: statistics and hint bits as a database in use has them.
  const settled = await runPsql(server, { database, sql: 'vacuum (analyze);' });
  if (settled.exitCode !== 0)
    throw new PostgresError(`The fixture ${database} could not be analysed: ${settled.stderr.trim()}`);
}
