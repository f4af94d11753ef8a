import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeRelease } from '../../../lib/house/synthesize.ts';
import { cachedRelease } from '../../../local/driver/cached-release.ts';
import { localSettings } from '../../../local/driver/runtime.ts';

const packageDirectory = join(__dirname, '../../../sql');
const wanted = { packageDirectory, settings: localSettings };

let home: string;
const before = process.env['XDG_CACHE_HOME'];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'one-roof-test-'));
  process.env['XDG_CACHE_HOME'] = home;
});
afterEach(() => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
  rmSync(home, { recursive: true, force: true });
});

const folder = () => join(home, 'one-roof');
const kept = () => readdirSync(folder()).map((name) => join(folder(), name));

/** Changes what lies in the cache, so that it shows whether it was read. */
function mark(): void {
  for (const file of kept()) {
    const text = readFileSync(file, 'utf8').replace('"machines":{"release":"', '"machines":{"release":"Marked');
    writeFileSync(file, text);
  }
}
const isMarked = () => cachedRelease(wanted).machines.release.startsWith('Marked');

it('a release from the cache is the one that is synthesized', () => {
  const plain = JSON.stringify(synthesizeRelease(wanted));
  expect(JSON.stringify(cachedRelease(wanted))).toBe(plain);
  expect(kept()).toHaveLength(1);
  expect(statSync(kept()[0] ?? '').mode & 0o777).toBe(0o600);
  expect(JSON.parse(JSON.stringify(cachedRelease(wanted)))).toEqual(JSON.parse(plain));
  mark();
  expect(isMarked()).toBe(true);
});

it('another setting or another byte of the package is another release', () => {
  cachedRelease(wanted);
  mark();
  const patient = cachedRelease({ ...wanted, settings: { ...localSettings, startBySeconds: 7 } });
  expect(JSON.stringify(patient.functions)).toContain('"START_BY_SECONDS":"7"');
  const copy = join(home, 'sql');
  cpSync(packageDirectory, copy, { recursive: true });
  const plan = join(copy, 'release.json');
  writeFileSync(plan, readFileSync(plan, 'utf8').replace('"seconds": 20', '"seconds": 21'));
  const other = cachedRelease({ ...wanted, packageDirectory: copy });
  expect(other.machines.release).not.toMatch(/^Marked/);
});

it.each([
  ['that others can write into', () => chmodSync(folder(), 0o777)],
  [
    'whose file is cut short',
    () => kept().forEach((file) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, -9))),
  ],
  [
    'whose file holds something else',
    () => kept().forEach((file) => writeFileSync(file, '{"machines":{"release":"Marked"}}')),
  ],
])('a cache %s is not believed', (_what, damage) => {
  cachedRelease(wanted);
  mark();
  damage();
  expect(isMarked()).toBe(false);
});

it('a cache that cannot be made costs time and nothing else', () => {
  writeFileSync(folder(), 'a file');
  expect(cachedRelease(wanted).documents.length).toBeGreaterThan(10);
});
