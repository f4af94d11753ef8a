import { includedLines } from '../../core/package/flatten.ts';
import { type PsqlItem, splitPsql } from '../psql-lexer.ts';
import type { Problem, Rule } from '../rule.ts';

const including = new Set(['i', 'ir', 'include', 'include_relative']);

/** Each command that includes a file inside a statement or inside `\if`. */
function* misplaced(items: readonly PsqlItem[]): Generator<{ line: number; message: string }> {
  const statements = items.filter((item) => item.kind === 'statement');
  let branches = 0;
  for (const item of items) {
    if (item.kind === 'statement') continue;
    if (item.name === 'if') branches += 1;
    if (item.name === 'endif') branches -= 1;
    if (!including.has(item.name)) continue;
    const begun = statements.some(({ offset, text }) => offset < item.offset && offset + text.length > item.offset);
    if (begun) yield { line: item.line, message: `\\${item.name} stands inside a statement` };
    else if (branches > 0) yield { line: item.line, message: `\\${item.name} stands inside \\if` };
  }
}

/**
 * The engine resolves includes as text, psql as commands. Both do the same only where an include is a command for psql
 * and an own line for the engine.
 */
export const includeForm: Rule = {
  id: 'include-form',
  title: 'An include stands outside statements, quotes, comments and `\\if`.',
  fix: 'move the \\ir between two statements, outside every \\if',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: "select ' \\ir x';\n\\ir ../runner/nothing.sql" },
  bad: {
    file: 'prod/20_rows.sql',
    part: 'after',
    sql: '\\if :{?run_id}\n\\ir ../runner/nothing.sql\n\\endif\n/*\n\\ir ../runner/nothing.sql\n*/\nselect 1\n\\ir ../runner/nothing.sql\n;',
  },
  *check({ files }): Iterable<Problem> {
    for (const [file, text] of files) {
      if (!file.endsWith('.sql') || !/\\i(r|nclude\w*)?\s/.test(text)) continue;
      const items = splitPsql(text);
      for (const { line, message } of misplaced(items)) yield { file, line, message };
      const commands = new Set(
        items.flatMap((item) => (item.kind === 'command' && item.name === 'ir' ? [item.line] : [])),
      );
      for (const line of includedLines(text))
        if (!commands.has(line))
          yield { file, line, message: 'stands in a quote or a comment, where psql includes nothing' };
    }
  },
};
