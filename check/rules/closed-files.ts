import { type PsqlItem, splitPsql } from '../psql-lexer.ts';
import type { Problem, Rule } from '../rule.ts';

const SENTINEL = '\\one_roof_end_of_file';

/** What a file leaves open at its end, or nothing. */
function leftOpen(items: readonly PsqlItem[]): string | undefined {
  const end = items.find((item) => item.kind === 'command' && item.name === SENTINEL.slice(1));
  if (end === undefined) return 'ends inside a quote, a comment or rows of COPY';
  if (items.some(({ kind, offset }) => kind === 'statement' && offset > end.offset)) return 'ends inside a statement';
  if (items.some((item) => item.kind === 'statement' && item.offset < end.offset && item.sentBy === ''))
    return 'ends inside a statement';
  const count = (name: string): number => items.filter((item) => item.kind === 'command' && item.name === name).length;
  return count('if') === count('endif') ? undefined : 'ends inside \\if';
}

/** What one file leaves open would go on in the next one for the engine, which joins texts, and not for psql. */
export const closedFiles: Rule = {
  id: 'closed-files',
  title: 'A file of SQL ends outside statements, quotes, comments and `\\if`, and does not restrict what follows it.',
  fix: 'end the last statement with a semicolon, close what is open, take \\restrict out',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: '/* closed */ select 1;' },
  bad: { file: 'runner/nothing.sql', sql: '\\if true\n' },
  *check({ files }): Iterable<Problem> {
    for (const [file, text] of files) {
      if (!file.endsWith('.sql')) continue;
      const items = splitPsql(`${text}\n${SENTINEL}\n`);
      const message = leftOpen(items);
      if (message !== undefined) yield { file, line: Math.max(1, text.split('\n').length - 1), message };
      for (const item of items)
        if (item.kind === 'command' && (item.name === 'restrict' || item.name === 'unrestrict'))
          yield { file, line: item.line, message: `\\${item.name} changes which commands the files around it may use` };
    }
  },
};
