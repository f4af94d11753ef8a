import { type Problem, problemAt, type Rule } from '../rule.ts';

const piping = new Set(['o', 'out', 'w', 'write', 'g', 'gx', 'gset', 'copy']);

/** A reviewed SQL file must not be able to run programs where psql runs. */
export const noShell: Rule = {
  id: 'no-shell',
  title: 'No `\\!`, no backticks, no output piped to a program.',
  fix: 'do it in SQL, or outside the package',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: '\\echo done' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: '\\! date' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const command of script.commands) {
        const { name, argument } = command;
        const piped = piping.has(name) && (argument.startsWith('|') || /\bprogram\b/i.test(argument));
        if (name === '!' || argument.includes('`') || piped)
          yield problemAt(script, command, `\\${name} ${argument} runs a program`.replaceAll(/\s+/g, ' '));
      }
  },
};
