import { manifestFile } from '../../core/package/manifest.ts';
import type { Problem, Rule } from '../rule.ts';

const entries = (text: string): [string, { digest: string; line: number }][] =>
  text
    .split('\n')
    .flatMap((row, index) => (row === '' ? [] : [[row.slice(66), { digest: row.slice(0, 64), line: index + 1 }]]));

/** Each file that the manifest and the package disagree about. */
function* manifestProblems(was: string, is: string): Generator<Problem> {
  const [committed, actual] = [new Map(entries(was)), new Map(entries(is))];
  for (const path of new Set([...committed.keys(), ...actual.keys()])) {
    const [before, after] = [committed.get(path), actual.get(path)];
    if (before?.digest === after?.digest) continue;
    const words =
      before === undefined ? 'is not in the manifest' : after === undefined ? 'is not there' : 'has another sha256';
    yield { file: manifestFile, line: before?.line ?? 1, message: `${path} ${words}` };
  }
}

/** What is approved is the manifest's digest, and what runs includes `plan.sql`: both have to be true. */
export const generatedFiles: Rule = {
  id: 'generated-files',
  title: 'plan.sql, the self-contained copies and the manifest are what `npm run update` writes.',
  fix: 'review the change, then run `npm run update`; the new digest has to be approved',
  good: { file: 'runner/wrapper.sh', sql: 'exit 1\n' },
  bad: { file: manifestFile, sql: `${'0'.repeat(64)}  prod/00_preflight.sql\n` },
  *check({ files, generated }): Iterable<Problem> {
    for (const [file, expected] of generated?.files ?? []) {
      const text = files.get(file) ?? '';
      if (file === manifestFile) yield* manifestProblems(text, expected);
      else if (text !== expected) {
        const [was, is] = [text.split('\n'), expected.split('\n')];
        const differs = is.findIndex((line, index) => line !== was[index]);
        const line = Math.max(1, Math.min(was.length, differs + 1));
        yield { file, line, message: 'is not what its source says' };
      }
    }
    for (const file of generated?.orphans ?? [])
      yield { file, line: 1, message: 'stands among copies and is a copy of nothing' };
  },
};
