import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderBundle } from '../../core/package/bundle.ts';
import { flatten } from '../../core/package/flatten.ts';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { inPackage, ratifiedApr, ReleaseDatabase } from './release-database.ts';

const files = readPackageFiles(inPackage('.'));
const { plan, digest } = describePackage(files);
const runId = 'hand-20260603T101500Z';

let database: ReleaseDatabase;
let folder: string;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
  folder = mkdtempSync(join(tmpdir(), 'one-roof-flattened-'));
});
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => database.fresh());

/** A flattened script, or a bundle, as a file in a folder where no include could be found. */
function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}
const psql = (file: string, variables: Record<string, string> = {}) =>
  runPsql(database.server, {
    database: plan.database,
    file,
    variables: { ratified_apr: ratifiedApr, run_id: runId, ...variables },
  });
/** What psql printed, without the times and positions that differ from run to run and from file to file. */
const said = ({ stdout, stderr }: { stdout: string; stderr: string }): string =>
  `${stdout}${stderr}`.replaceAll(/^psql:[^ ]+ /gm, '').replaceAll(/"ms":\s*[0-9.]+|clock"?:\s*[0-9.]+/g, '');

/** The database, without the instants at which rows were written and the digests that cover them. */
const dumped = async (): Promise<string> =>
  (await database.dump())
    .replaceAll(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d+\+00/g, 'then')
    .replaceAll(/ since=\S+/g, ' since')
    .replaceAll(/\bsha256:[0-9a-f]{64}\b/g, 'sha256');

describe('a flattened script and psql on its files', () => {
  it('make the same database, tier by tier and back again', async () => {
    const release = async (place: (file: string) => string): Promise<[string[], string, string]> => {
      await database.fresh();
      const outputs: string[] = [];
      for (const { file } of plan.tiers) outputs.push(said(await psql(place(file))));
      const released = await dumped();
      outputs.push(said(await psql(place('prod_rollback/99_rollback_full.sql'), { undo_released: runId })));
      return [outputs, released, await database.dump()];
    };
    const byFiles = await release(inPackage);
    const byText = await release((file) => written(file.replaceAll('/', '_'), flatten(files, file).text));
    expect(byFiles[0].join('\n')).toMatch(/TIER 8 VERIFY PASS\n[^]*FULL ROLLBACK OK/);
    expect(byText).toEqual(byFiles);
    expect(byText[2]).toBe(await database.baseline());
  });

  it('refuse alike, and the map leads to the line that psql names', async () => {
    const file = 'prod/40_containment.sql';
    const flattened = flatten(files, file);
    const [byFiles, byText] = [await psql(inPackage(file)), await psql(written('40.sql', flattened.text))];
    expect(said(byFiles)).toMatch(/REFUSING: /);
    expect(said(byText)).toBe(said(byFiles));
    const line = Number(/^psql:[^:]+:([0-9]+): ERROR/m.exec(byText.stderr)?.[1]);
    const place = flattened.origin(line);
    expect(byFiles.stderr).toMatch(
      new RegExp(`^psql:[^:]*/${place.file.split('/').at(-1) ?? ''}:${place.line}: ERROR`, 'm'),
    );
  });

  it('the bundle is the whole release in one text', async () => {
    const whole = await psql(written('bundle.sql', renderBundle({ files, plan, digest })));
    expect(whole.stderr).toBe('');
    expect(whole.stdout).toMatch(/ROLLOUT COMPLETE — ALL TIERS PASSED\n$/);
    const bundled = await dumped();
    await database.fresh();
    expect((await psql(inPackage('prod/99_run_all.sql'))).stderr).toBe('');
    expect(await dumped()).toBe(bundled);
  });
});
