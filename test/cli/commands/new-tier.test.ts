import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../cli/main.ts';
import { generateFiles } from '../../../core/package/generated.ts';
import { manifestFile, renderManifest } from '../../../core/package/manifest.ts';
import { parsePlan } from '../../../core/package/plan.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import type { ProgramResult } from '../../../local/postgres/run-program.ts';
import { baselineLine, ratifiedApr, ReleaseDatabase } from '../../sql/release-database.ts';

const original = join(__dirname, '../../../sql');
let folder: string;
let copy: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'new-tier-'));
  copy = join(folder, 'sql');
  cpSync(original, copy, { recursive: true });
  printed = '';
  const keep = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const scaffold = (name: string, ...more: string[]): Promise<number> =>
  main(['new-tier', name, '--package', copy, ...more]);

describe('one-roof new-tier', () => {
  it('writes a tier that passes check, and touches the plan, SQL and generated files only', async () => {
    const before = readPackageFiles(copy);
    expect(await scaffold('70_example', '--title', 'Show how a tier is added')).toBe(0);
    const after = readPackageFiles(copy);
    const generated = new Set([...generateFiles(after).files.keys()]);
    const changed = [...after.keys()].filter((path) => after.get(path) !== before.get(path) && !generated.has(path));
    expect(changed).toEqual([
      'prod/70_example.sql',
      'prod/99_run_all.sql',
      'prod_rollback/per_tier_rollback.sql',
      'release.json',
    ]);
    expect(after.get(manifestFile)).toBe(renderManifest(after));
    expect(await main(['check', '--package', copy])).toBe(0);
    expect(printed).toMatch(/^0 findings in \d+ files by \d+ rules$/m);
  });

  it('names the tier in the plan before the one that seals, and leaves every other byte of it', async () => {
    await scaffold('70_example', '--title', 'Show how a tier is added');
    const [before, after] = [original, copy].map((path) => readFileSync(join(path, 'release.json'), 'utf8'));
    const plan = parsePlan(after ?? '');
    expect(plan.tiers.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
    expect(plan.tiers.at(-2)).toMatchObject({ name: 'Example', title: 'Show how a tier is added', mutates: true });
    const lines = new Set(before?.split('\n'));
    expect(after?.split('\n').filter((line) => !lines.has(line))).toHaveLength(6);
    expect(before?.split('\n').every((line) => after?.includes(line))).toBe(true);
  });

  it.each([
    ['70', /not a name for a tier/],
    ['70_Example', /not a name for a tier/],
    ['70_../x', /not a name for a tier/],
    ['60_example', /The number 60 is taken by tier 6 \(Scanner baseline, \S*\/sql\/prod\/60_scanner_baseline.sql\)/],
    ['80_example', /The number 80 is taken by tier 8 \(Verify/],
    ['55_example', /The number 55 does not lie between tier 6 \(.*; the next tier is 70_example/],
    ['95_example', /The number 95 does not lie between tier 6 \(.*; the next tier is 70_example/],
    ['70_topic', /"topic" means something in \S+\/sql\/prod\/\d0_\w+.sql already/],
  ])('refuses %s and writes nothing', async (name, message) => {
    const before = readPackageFiles(copy);
    expect(await scaffold(name)).toBe(2);
    expect(printed).toMatch(message);
    expect(readPackageFiles(copy)).toEqual(before);
  });

  it('writes more tiers behind the first, in the order of their numbers, and refuses a number before the last', async () => {
    expect(await scaffold('70_example')).toBe(0);
    expect(await scaffold('70_other')).toBe(2);
    expect(printed).toMatch(/The number 70 is taken by tier 7 \(Example/);
    expect(await scaffold('72_other')).toBe(0);
    expect(await scaffold('71_late')).toBe(2);
    expect(printed).toMatch(
      /The number 71 does not lie between tier 72 \(Other\) and tier 8 .* the next tier is 73_late/,
    );
    const { tiers } = parsePlan(readFileSync(join(copy, 'release.json'), 'utf8'));
    expect(tiers.map(({ id }) => id).slice(-4)).toEqual(['6', '7', '72', '8']);
    expect(await main(['check', '--package', copy])).toBe(0);
  });

  it('refuses one more when no number is left before the tier that seals', async () => {
    expect(await scaffold('79_example')).toBe(0);
    expect(await scaffold('78_other')).toBe(2);
    expect(printed).toMatch(/No number is free between tier 79 \(Example\) and tier 8 \(Verify\)/);
  });

  it('refuses a package without templates, or without a place for one', async () => {
    rmSync(join(copy, 'new_tier/tier.template'));
    expect(await scaffold('70_example')).toBe(2);
    expect(printed).toMatch(/The package has no \S+\/sql\/new_tier\/tier.template/);
    writeFileSync(join(copy, 'new_tier/tier.template'), 'proof: ^x$\nselect 1;\n');
    writeFileSync(join(copy, 'new_tier/nowhere.template'), 'x\n');
    expect(await scaffold('70_example')).toBe(15);
    expect(printed).toMatch(/`-- new-tier: nowhere` stands in 0 scripts of the package, expected one/);
  });

  it('writes nothing when the title does not fit the plan, or one file cannot be written', async () => {
    const before = readPackageFiles(copy);
    expect(await scaffold('70_example', '--title', 'x'.repeat(201))).toBe(15);
    mkdirSync(join(copy, 'prod_rollback/per_tier_rollback.sql.new-tier'));
    expect(await scaffold('70_example')).toBe(15);
    expect(printed).toMatch(/Nothing was written: /);
    expect(readPackageFiles(copy)).toEqual(before);
  });
});

describe('the scaffolded tier', () => {
  let database: ReleaseDatabase;
  beforeAll(async () => {
    database = await ReleaseDatabase.start();
  });
  afterAll(async () => database.stop());
  beforeEach(async () => {
    await database.fresh();
    await scaffold('70_example');
    await scaffold('72_other');
  });

  const byHand = (file: string, variables: Record<string, string> = {}): Promise<ProgramResult> =>
    runPsql(database.server, {
      database: 'directus',
      file: join(copy, file),
      variables: { ratified_apr: ratifiedApr, ...variables },
    });
  const runOfStamp = () =>
    database.sql(`select substring(obj_description('public.axis_registry'::regclass) from 'run=(\\S+)')`);

  it('runs with all others by hand, and the full rollback returns to the very same database', async () => {
    const result = await byHand('prod/99_run_all.sql');
    expect(result.stderr).toBe('');
    expect(result.stdout).toMatch(/^example axes=1\nother axes=1\n[^]*^TIER 8 VERIFY PASS\nROLLOUT COMPLETE/m);
    const undone = await byHand('prod_rollback/99_rollback_full.sql', { undo_released: await runOfStamp() });
    expect(undone.stdout).toContain(baselineLine);
    expect(await database.dump()).toBe(await database.baseline());
  });

  it('can be taken back alone and applied again, and has to go before tier 6 does', async () => {
    const { tiers } = parsePlan(readFileSync(join(copy, 'release.json'), 'utf8'));
    for (const { file, seals } of tiers) if (!seals) expect((await byHand(file)).stderr).toBe('');
    const perTier = (tier: string) => byHand('prod_rollback/per_tier_rollback.sql', { tier });
    expect((await perTier('6')).stderr).toMatch(/REFUSING: tier 72, tier 7 still applied/);
    expect((await perTier('7')).stderr).toMatch(/REFUSING: tier 72 still applied/);
    expect((await perTier('72')).stdout).toMatch(/^tier 72 rolled back$/m);
    expect((await byHand('prod/70_example.sql')).stderr).toMatch(/REFUSING: example axis already present/);
    expect((await perTier('7')).stdout).toMatch(/^tier 7 rolled back$/m);
    expect((await byHand('prod/70_example.sql')).stdout).toMatch(/^example axes=1$/m);
    expect((await byHand('prod_rollback/99_rollback_full.sql')).stdout).toContain(baselineLine);
    expect(await database.dump()).toBe(await database.baseline());
  });
});
