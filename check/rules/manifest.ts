import { manifestFile } from '../../core/package/package.ts';
import type { Problem, Rule } from '../rule.ts';

const entries = (text: string): [string, { digest: string; line: number }][] =>
  text
    .split('\n')
    .flatMap((row, index) => (row === '' ? [] : [[row.slice(66), { digest: row.slice(0, 64), line: index + 1 }]]));

/** What is approved is the manifest's digest, so the manifest has to be true. */
export const manifest: Rule = {
  id: 'manifest',
  title: 'The manifest names every file of the package with its sha256.',
  fix: 'review the change, then run `npm run update`; the new digest has to be approved',
  good: { file: 'runner/wrapper.sh', sql: 'exit 1\n' },
  bad: { file: manifestFile, sql: `${'0'.repeat(64)}  prod/00_preflight.sql\n` },
  *check({ files, manifest: expected }): Iterable<Problem> {
    const committed = new Map(entries(files.get(manifestFile) ?? ''));
    const actual = new Map(entries(expected));
    for (const path of new Set([...committed.keys(), ...actual.keys()])) {
      const [was, is] = [committed.get(path), actual.get(path)];
      if (was?.digest === is?.digest) continue;
      const words =
        was === undefined ? 'is not in the manifest' : is === undefined ? 'is not there' : 'has another sha256';
      yield { file: manifestFile, line: was?.line ?? 1, message: `${path} ${words}` };
    }
  },
};
