import { join } from 'node:path';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';

/*
 * The second package and its database, on a server that lives as long as the test file.
 */
const packageDirectory = join(__dirname, '../../examples/orders');
export const files = readPackageFiles(packageDirectory);
export const { plan, digest } = describePackage(files);
export const { database } = plan;
/** The run that every script is told. */
export const run = '0123456789ab';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ superuser: plan.writer });
  await buildFixture(server, { packageDirectory, database: 'fixture' });
});
afterAll(() => server.stop());

/** Copies one database over another. */
export const copy = (from: string, to: string) => copyDatabase(server, { from, to });
export const fresh = (from = 'fixture') => copy(from, database);
export const dump = (name = database) => dumpDatabase(server, name);
export const psql = (text: string, variables: Record<string, string> = {}) => {
  const given = { run_id: run, ratified_apr: plan.approval.code.example, ...variables };
  return runPsql(server, { database, sql: text, bare: true, variables: given });
};

/** SQL as superuser, that must succeed. */
export async function sql(text: string): Promise<string> {
  const { exitCode, stderr, stdout } = await psql(text);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}
