import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage } from '../../../check/check-package.ts';
import { main } from '../../../cli/main.ts';
import { renderBundle } from '../../../core/package/bundle.ts';
import { flatten } from '../../../core/package/flatten.ts';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { buildFixture } from '../../../local/postgres/build-fixture.ts';
import { dumpDatabase } from '../../../local/postgres/dump.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import { startPostgres } from '../../../local/postgres/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'new-package-'));
const directory = join(folder, 'library');
afterAll(() => rmSync(folder, { recursive: true }));

const make = (into: string, name: string, database: string) =>
  main(['new-package', into, '--name', name, '--database', database]);

it('a new package on a database of its own passes the check, is released, fails and is undone, without a change of the engine', async () => {
  expect(await make(directory, 'library', 'books')).toBe(0);
  const promises = readFileSync(join(directory, 'test/after_tier_1_structure.sql'), 'utf8');
  expect(promises).toContain('set role books_reader;');
  const files = readPackageFiles(directory);
  expect(await checkPackage(files)).toEqual([]);
  const described = describePackage(files);
  const { plan } = described;
  expect([plan.name, plan.database, plan.writer, plan.reader]).toEqual([
    'library',
    'books',
    'books_admin',
    'books_reader',
  ]);
  const server = await startPostgres({ superuser: plan.writer });
  try {
    await buildFixture(server, { packageDirectory: directory });
    const variables = { run_id: '0123456789ab', ratified_apr: 'REQ-1' };
    const psql = (sql: string, more: Record<string, string> = {}) =>
      runPsql(server, { database: 'books', sql, variables: { ...variables, ...more } });
    const dump = () => dumpDatabase(server, 'books');
    const before = await dump();
    const undo = flatten(files, 'undo/undo.sql').text;

    expect((await psql(flatten(files, 'tiers/98_trial.sql').text)).exitCode).toBe(0);
    expect(await dump()).toBe(before);

    const failing = new Map(files).set(
      'tiers/90_verify.sql',
      "do $$ begin raise exception 'refused on purpose'; end $$;\n",
    );
    expect((await psql(renderBundle({ ...described, files: failing }))).stderr).toContain('refused on purpose');
    expect(await dump()).not.toBe(before);
    expect((await psql(undo)).stdout).toContain('undo outcome=undone run=0123456789ab objects=1 greetings=absent');
    expect(await dump()).toBe(before);

    expect((await psql(renderBundle({ ...described, files }))).stdout).toContain('verified greetings=1');
    expect((await psql(undo)).stdout).toContain('outcome=already_released');
    expect((await psql(undo, { undo_released: '0123456789ab' })).stdout).toContain('outcome=undone');
    expect(await dump()).toBe(before);
  } finally {
    await server.stop();
  }
});

it('a folder that holds anything, and a name that cannot be used, are refused before anything is written', async () => {
  expect(await make(folder, 'library', 'books')).toBe(2);
  for (const [name, database] of [
    ['Library', 'books'],
    ['library', 'the books'],
    ["l'", 'books'],
  ] as const) {
    expect(await make(join(folder, 'other'), name, database)).not.toBe(0);
    expect(existsSync(join(folder, 'other'))).toBe(false);
  }
});
