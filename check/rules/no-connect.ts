import { type Problem, problemAt, type Rule } from '../rule.ts';

const banned = new Set(['c', 'connect', 'password']);

/** A new session has neither the locks nor the settings nor the time-outs of the old one. */
export const noConnect: Rule = {
  id: 'no-connect',
  title: 'No `\\c`: a script stays in the session its guards were made for.',
  fix: 'remove it; the runner chooses database and role',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: '\\conninfo' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: '\\c template1' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const command of script.commands)
        if (banned.has(command.name)) yield problemAt(script, command, `\\${command.name} leaves the guarded session`);
  },
};
