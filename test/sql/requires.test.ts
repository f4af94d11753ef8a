import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage } from '../../check/check-package.ts';
import { renderBundle } from '../../core/package/bundle.ts';
import { flatten } from '../../core/package/flatten.ts';
import { describePackage } from '../../core/package/package.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { nextRequests, writeNextPackage } from '../next-package.ts';
import {
  expectRefusal,
  otherRunId,
  packageFiles,
  packageText,
  ratifiedApr,
  ReleaseDatabase,
  runId,
  undoFile,
} from './release-database.ts';

/*
 * The next release: a package that requires One-Roof's, builds on its objects, and comes after its seal.
 */
const folder = mkdtempSync(join(tmpdir(), 'one-roof-next-'));
const directory = join(folder, 'next');
let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.stop();
});

it('comes after the seal of what it requires, and goes before it', async () => {
  const next = await writeNextPackage(directory);
  expect(await checkPackage(next)).toEqual([]);
  await database.fresh();
  await database.sql(nextRequests);
  const before = await database.dump();
  const psql = (sql: string, variables: Record<string, string>) =>
    runPsql(database.server, {
      database: 'directus',
      sql,
      variables: { undo_released: variables['run_id'] ?? '', ...variables },
    });
  const [first, second] = [
    { run_id: runId, ratified_apr: ratifiedApr },
    { run_id: otherRunId, ratified_apr: 'REQ-1' },
  ];
  const release = (files: ReadonlyMap<string, string>, variables: Record<string, string>) =>
    psql(renderBundle({ files, ...describePackage(files) }), variables);
  const gate = async () => (await psql(flatten(next, 'checks/gate.sql').text, second)).stdout;
  const undoFirst = () => psql(packageText(undoFile), first);

  expect(await gate()).toContain('one-roof, which this package builds on, is not released and sealed here');
  await database.sql("create table axis_registry (axis_code text); comment on table axis_registry is 'ours'");
  await database.sql('alter table axis_registry owner to directus');
  await database.sql("comment on table axis_registry is 'one-roof run=0123456789ab state=released package=one-roof'");
  expect(await gate()).toContain('is not released and sealed here');
  expectRefusal(await release(next, second), /this release builds on one-roof, expected sealed here/);
  await database.sql('drop table axis_registry');

  expect(await release(packageFiles, first)).toMatchObject({ exitCode: 0 });
  expect(await gate()).not.toContain('is not released and sealed here');
  expect(await release(next, second)).toMatchObject({ exitCode: 0, stderr: '' });
  const both = await database.dump();

  expectRefusal(
    await undoFirst(),
    new RegExp(`other releases build on this one: next \\(run ${otherRunId}, released\\)`),
  );
  expect(await database.dump()).toBe(both);
  expect((await psql(flatten(next, 'undo/undo.sql').text, second)).stdout).toContain('outcome=undone');
  expect((await undoFirst()).stdout).toContain('outcome=undone');
  expect(await database.dump()).toBe(before);
});
