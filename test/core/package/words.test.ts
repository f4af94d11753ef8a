import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageWords, packageWordsIn } from './package-words.ts';

const project = join(__dirname, '../../..');

/** Where the engine lies. */
const folders = ['aws', 'bin', 'check', 'cli', 'core', 'disk', 'lambdas', 'lib', 'local', 'sql/runner', 'tools'];
/** What a benchmark of this package measured, in the words of that package: figures, not code. */
const known = new Set(['tools/bench/results.md']);

const files = folders
  .flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1)),
  )
  .filter((file) => !known.has(file));

it('there are words to look for, and files to look in', () => {
  expect(packageWords.size).toBeGreaterThan(50);
  expect(files.length).toBeGreaterThan(250);
});

it('no file of the engine holds a word of the package', () => {
  const found = files.flatMap((file) =>
    packageWordsIn(readFileSync(join(project, file), 'utf8')).map((word) => `${file}: ${word}`),
  );
  expect(found).toEqual([]);
});
