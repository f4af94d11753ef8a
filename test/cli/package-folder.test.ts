import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main.ts';
import { createReleaseApp } from '../../lib/house/release-app.ts';
import { shownFolder } from '../../disk/shown-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'one-roof-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let number = 0;
/** A copy of the second package in a folder of its own, with one file changed. */
function broken(file: string, change: (text: string) => string): string {
  const folder = join(root, `shop-${(number += 1)}`);
  cpSync(join(__dirname, '../../examples/orders'), folder, { recursive: true });
  writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));
  return folder;
}

/** What a command says on stderr. */
async function said(...argv: string[]): Promise<{ exitCode: number; text: string }> {
  const lines: string[] = [];
  const spy = jest.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  try {
    return { exitCode: await main(argv), text: lines.join('') };
  } finally {
    spy.mockRestore();
  }
}

const tier = 'tiers/10_order_days.sql';

test.each<[what: string, command: string[], file: string, change: (text: string) => string, says: string]>([
  ['a plan that is no JSON', ['update'], 'release.json', () => '{', 'release.json is not JSON'],
  [
    'a field that is wrong',
    ['update'],
    'release.json',
    (text) => text.replace('"title"', '"titel"'),
    'release.json title:',
  ],
  ['a file that is not in the manifest', ['plan'], tier, (text) => `${text}-- x\n`, `${tier} is sha256:`],
  ['an include that is not there', ['update'], tier, (text) => `\\ir nowhere.sql\n${text}`, `${tier}:1 includes`],
  ['a tier whose number is taken', ['new-tier', '10_again'], tier, (text) => text, `${tier}).`],
  ['bytes that are no text', ['plan'], tier, (text) => text, `${tier} cannot be read as UTF-8`],
])('%s is named by the folder of the package', async (what, command, file, change, says) => {
  const folder = broken(file, change);
  if (what.startsWith('bytes')) writeFileSync(join(folder, file), Buffer.from([0xff, 0xfe]));
  const { exitCode, text } = await said(...command, '--package', folder);
  expect(text).toContain(`${folder}/${says}`);
  expect(text).not.toMatch(/(^|[^a-z])sql\/|<package>/);
  expect(exitCode).not.toBe(0);
});

test('the remedy for a package that differs from its manifest names its folder too', async () => {
  const folder = broken(tier, (text) => `${text}-- x\n`);
  expect((await said('plan', '--package', folder)).text).toContain(`one-roof update --package ${folder}`);
});

test('synth names the folder of the package that the context chose', () => {
  const folder = broken('release.json', (text) => text.replace('"title"', '"titel"'));
  const app = { context: { 'one-roof:package': folder }, outdir: join(root, 'out') };
  const make = () => createReleaseApp({ packageDirectory: 'sql', checkManifest: false, app });
  expect(make).toThrow(`${folder}/release.json title:`);
});

test('a folder below the one that a person stands in is named from there', () => {
  expect(shownFolder(join(process.cwd(), 'examples/orders'))).toBe(join('examples', 'orders'));
  expect([shownFolder(process.cwd()), shownFolder('/elsewhere')]).toEqual(['.', '/elsewhere']);
});
