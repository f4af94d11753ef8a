import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project, textOf } from '../docs/documents.ts';

let folder: string;
let shared: string;
let cache: string;
let marker: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-cache-'));
  shared = join(folder, 'shared');
  mkdirSync(shared);
  cache = join(folder, 'cache');
  marker = join(folder, 'the code of another user ran');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts `one-roof --help` with a temporary folder that somebody else may have prepared. */
function help(environment: Record<string, string> = {}): void {
  const env = { ...process.env, TMPDIR: shared, XDG_CACHE_HOME: cache, ...environment };
  const { status, stderr } = spawnSync(process.execPath, [join(project, 'bin/one-roof.mjs'), '--help'], { env });
  expect([status, stderr.toString()]).toEqual([0, '']);
}

/** Rewrites all compiled code in a folder, as somebody who may write there could. */
function poison(compiled: string): number {
  const names = existsSync(compiled) ? readdirSync(compiled) : [];
  for (const name of names) {
    const file = join(compiled, name);
    const entry = JSON.parse(readFileSync(file, 'utf8')) as { code: string };
    const payload = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "");`;
    writeFileSync(file, JSON.stringify({ ...entry, code: payload + entry.code }));
  }
  return names.length;
}

const uid = process.getuid?.() ?? 0;
const named = `tsx-${uid}`;

test('compiled code is kept where only this user can write, and found there again', () => {
  help();
  expect(readdirSync(shared)).toEqual([]);
  expect(statSync(join(cache, 'one-roof')).mode & 0o777).toBe(0o700);
  expect(poison(join(cache, 'one-roof', named))).toBeGreaterThan(1);
  help();
  expect(existsSync(marker)).toBe(true);
});

test('code that somebody else has put below the temporary folder is not run', () => {
  help();
  const compiled = join(cache, 'one-roof', named);
  mkdirSync(join(shared, named), { recursive: true });
  for (const name of existsSync(compiled) ? readdirSync(compiled) : [])
    writeFileSync(join(shared, named, name), readFileSync(join(compiled, name)));
  expect(poison(join(shared, named))).toBeGreaterThan(1);
  help();
  expect(existsSync(marker)).toBe(false);
});

describe('a cache folder that is not this user’s alone is not used, and the command works without', () => {
  const own = () => join(cache, 'one-roof');
  const prepared: [string, () => void][] = [
    ['others may write into it', () => chmodSync(own(), 0o777)],
    ['its group may write into it', () => chmodSync(own(), 0o770)],
    [
      'it is a link to somewhere else',
      () => {
        rmSync(own(), { recursive: true });
        symlinkSync(shared, own());
      },
    ],
    [
      'it is a file',
      () => {
        rmSync(own(), { recursive: true });
        writeFileSync(own(), '');
      },
    ],
    // Only root can give a folder away.
    ...(uid === 0
      ? [['it belongs to somebody else', () => lchownSync(own(), 65534, 65534)] as [string, () => void]]
      : []),
  ];

  test.each(prepared)('%s', (_what, prepare) => {
    help();
    const compiled = join(own(), named);
    poison(compiled);
    prepare();
    const before = readdirSync(shared);
    help();
    expect([existsSync(marker), readdirSync(shared)]).toEqual([false, before]);
  });

  test('there is no home folder', () => {
    help({ XDG_CACHE_HOME: '', HOME: '/dev/null' });
    expect(readdirSync(shared)).toEqual([]);
  });
});

test.each([undefined, '/some/where'])('child processes see TMPDIR as it was: %s', (value) => {
  const { TMPDIR: _own, ...rest } = process.env;
  const env = { ...rest, XDG_CACHE_HOME: cache, ...(value === undefined ? {} : { TMPDIR: value }) };
  const code = `require(${JSON.stringify(join(project, 'bin/typescript.cjs'))}); console.log(process.env.TMPDIR, process.env.TSX_DISABLE_CACHE);`;
  const { stdout } = spawnSync(process.execPath, ['-e', code], { env });
  expect(stdout.toString().trim()).toBe(`${value} undefined`);
});

test('every program of this project starts through bin/typescript.cjs, and the tests keep their compiled code in the checkout', () => {
  const starts = ['package.json', 'cdk.json', '.ci/run', '.ci/docker-stage', 'bin/one-roof.mjs'].map(textOf);
  for (const text of starts) expect(text).not.toMatch(/(npx|exec|&&|"|')\s*tsx[ /]/);
  expect(textOf('jest.config.mjs')).toContain("cacheDirectory: '<rootDir>/node_modules/.cache/jest'");
});
