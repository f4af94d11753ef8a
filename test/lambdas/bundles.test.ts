import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentSchemas } from '../../core/base/environment.ts';
import { bundle, mostZippedKB, sizeOf } from '../../tools/bench/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-roof-bundles-'));
const handlers = Object.keys(environmentSchemas);
const fileOf = (handler: string): string => join(folder, handler, 'index.js');

beforeAll(() => bundle(handlers, folder));
afterAll(() => rmSync(folder, { recursive: true }));

test('every handler is small enough when it is bundled and zipped', () => {
  const sizes = handlers.map((handler) => [handler, sizeOf(fileOf(handler)).zippedKB] as const);
  expect(sizes.filter(([handler, zippedKB]) => zippedKB > mostZippedKB(handler))).toEqual([]);
  // Whatever is smaller than this is no bundle: the SDK is in each of them.
  expect(sizes.filter(([, zippedKB]) => zippedKB < 30)).toEqual([]);
});

test('every bundle is complete: it loads from a folder without any other module', () => {
  const load = handlers.map((handler) => `require(${JSON.stringify(fileOf(handler))}).handler.name`).join();
  const { status, stderr } = spawnSync(process.execPath, ['-e', load], { cwd: folder, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
