import type { Problem, Rule } from '../rule.ts';
import { lineBreaks } from '../sql-token.ts';

const block = /^-- <(\w+)> the same lines\b[^\n]*\n([\s\S]*?)^-- <\/\1>$/gm;

/** A guard that is copied into every file is only as good as its worst copy. */
export const sharedBlocks: Rule = {
  id: 'shared-blocks',
  title: 'A block that says it has the same lines everywhere has the same lines everywhere.',
  fix: 'copy the block from the other files, or change it in all of them',
  good: { file: 'prod/20_rows.sql', part: 'defaults', sql: '-- nothing' },
  bad: {
    file: 'prod/20_rows.sql',
    part: 'defaults',
    sql: '-- <one> the same lines\n-- a\n-- </one>\n-- <one> the same lines\n-- b\n-- </one>',
  },
  *check({ scripts }): Iterable<Problem> {
    const first = new Map<string, { text: string; path: string }>();
    for (const { path, text } of scripts)
      for (const found of text.matchAll(block)) {
        const [, name = '', lines = ''] = found;
        const known = first.get(name) ?? { text: lines, path };
        first.set(name, known);
        if (known.text !== lines)
          yield {
            file: path,
            line: lineBreaks(text, found.index) + 1,
            message: `<${name}> differs from the one in ${known.path}`,
          };
      }
  },
};
