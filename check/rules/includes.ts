import type { Problem, Rule } from '../rule.ts';

/** An include that cannot be followed stops everything that sends the script, and by hand it stops the release half way. */
export const includes: Rule = {
  id: 'includes',
  title: 'A file is included by `\\ir` and a plain path, is in the package, and does not include itself.',
  fix: 'write \\ir and the path from this file to the other one, alone on its line from column 0',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: '\\ir ../runner/nothing.sql' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: '\\ir ../runner/absent.sql' },
  *check({ includeProblems }): Iterable<Problem> {
    for (const { file, line, message, fix } of includeProblems) yield { file, line, message: `${message}: ${fix}` };
  },
};
