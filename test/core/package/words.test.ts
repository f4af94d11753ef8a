import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';

const project = join(__dirname, '../../..');
const { plan } = describePackage(readPackageFiles(join(project, 'sql')));

/** Everything that a plan names, and the words that it lists: nothing of it is the engine's business. */
const words = new Set([
  ...[plan.database, plan.writer, plan.reader, plan.approval.code.example],
  ...[plan.approval.request, plan.approval.signature, ...plan.emits, ...plan.words],
  ...[...plan.creates.tables, ...plan.creates.views, ...plan.existing.map(({ relation }) => relation)],
  ...plan.creates.functions.map((signature) => signature.replace(/\(.*$/, '')),
]);

/** Where the engine lies. */
const folders = ['aws', 'bin', 'check', 'core', 'disk', 'lambdas', 'lib', 'local', 'sql/runner'];
/** Files of the engine that still know One-Roof: the builder of its fixture. */
const known = /^local\/postgres\/(build-fixture|owner-map|server)\.ts/;

const files = folders
  .flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1)),
  )
  .filter((file) => !known.test(file));

/** Whole words, and the parts of those that hyphens join. */
function wordsOf(text: string): string[] {
  return (text.match(/\w+(?:-\w+)*/g) ?? []).flatMap((word) => [word, ...word.split('-')]);
}

it('there are words to look for, and files to look in', () => {
  expect(words.size).toBeGreaterThan(50);
  expect(files.length).toBeGreaterThan(250);
});

it('no file of the engine holds a word of the package', () => {
  const found = files.flatMap((file) => {
    const hits = new Set(wordsOf(readFileSync(join(project, file), 'utf8')).filter((word) => words.has(word)));
    return [...hits].map((word) => `${file}: ${word}`);
  });
  expect(found).toEqual([]);
});
