import { basename, join } from 'node:path';
import { renderBundle } from '../../core/package/bundle.ts';
import { orchestratorFile } from '../../core/package/engine-scripts.ts';
import { flatten } from '../../core/package/flatten.ts';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { keepingExample } from '../package.ts';
import { row } from './commands.ts';
import { runId, type Stage } from './stage.ts';
import { timed } from './statistics.ts';
import type { Table } from './table.ts';

const project = join(__dirname, '../..');
const packageDirectory = keepingExample();
const files = readPackageFiles(packageDirectory);
const { plan, digest } = describePackage(files);
const code = plan.approval.code.example;

/** The first tier that keeps rows, fills a new column of all of them, and is measured. */
const tier = plan.tiers.find(({ file }) => files.get(file)?.includes('keep/rows.sql'));
const statement = (begin: string) =>
  new RegExp(`^${begin} [^;]*;$`, 'm').exec(files.get(tier?.file ?? '') ?? '')?.[0] ?? '';

/** The release up to that tier: in the file that chains the tiers, the later ones are left out. */
function upToTier(): string {
  const all = orchestratorFile(plan);
  const later = plan.tiers.slice(plan.tiers.findIndex(({ id }) => id === tier?.id) + 1);
  const names = new Set(later.map(({ file }) => `\\ir ${file.slice(file.lastIndexOf('/') + 1)}`));
  const lines = (files.get(all) ?? '').split('\n').filter((line) => !names.has(line));
  return renderBundle({ files: new Map(files).set(all, lines.join('\n')), plan, digest });
}

/** Milliseconds of one script on the package's database. @throws Error with what psql said. */
async function run({ server }: Stage, sql: string): Promise<number> {
  const variables = { ...plan.variables, run_id: runId, ratified_apr: code };
  const { ms, result } = await timed(() =>
    runPsql(server, {
      database: plan.database,
      sql: `set statement_timeout = '30min';\n${sql}`,
      bare: true,
      variables,
    }),
  );
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return ms;
}

async function undoRow(stage: Stage, rounds: number) {
  const undo = plan.scripts.find(({ id }) => id === plan.roles.undo)?.file ?? '';
  const fresh = async () => {
    await copyDatabase(stage.server, { from: 'many_rows', to: plan.database });
    await run(stage, 'checkpoint;');
  };
  await buildFixture(stage.server, { packageDirectory, database: 'many_rows', scale: 'production' });
  const [samples, reference]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    await fresh();
    await run(stage, statement('alter table'));
    reference.push(await run(stage, statement('update')));
    await fresh();
    await run(stage, upToTier());
    samples.push(await run(stage, flatten(files, undo).text));
  }
  return { what: 'undo of a column that was filled in 1,000,000 rows', unit: 'ms' as const, samples, reference };
}

/** The table of the second package: the whole of it, and the way back of many rows. */
export async function next(stage: Stage, rounds: number): Promise<Table> {
  const oneRoof = [process.execPath, join(project, 'bin', 'one-roof.mjs')];
  const whole = ['run', '--local', '--package', packageDirectory, '--apr', code];
  const back = await undoRow(stage, rounds);
  return {
    id: 'next',
    title: 'The next release',
    how:
      'The second package by one command, with server and fixture; and on 1,000,000 rows, with fsync, the whole undo of what one tier ' +
      'changed (locks, proof, comparison with what was kept, rows, column), compared with the UPDATE of that tier alone.',
    rows: [
      await row(
        `one-roof run --local --package examples/${basename(packageDirectory)}`,
        rounds,
        [...oneRoof, ...whole],
        4,
      ),
      {
        ...back,
        limit: { most: 1.5, of: 'ratio', why: 'each row is joined by the text of its key, and proven by two hashes' },
      },
    ],
  };
}
