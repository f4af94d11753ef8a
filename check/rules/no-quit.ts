import { type Problem, problemAt, type Rule } from '../rule.ts';

const banned = new Set(['q', 'quit']);

/** A script that ends early looks like one that succeeded, until somebody misses its last lines. */
export const noQuit: Rule = {
  id: 'no-quit',
  title: 'No `\\q`: it ends the script with exit code 0 before its proof.',
  fix: 'raise an exception to stop; psql then exits with 3',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: '\\echo still here' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: '\\q' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const command of script.commands)
        if (banned.has(command.name))
          yield problemAt(script, command, `\\${command.name} ends the script as if all were well`);
  },
};
