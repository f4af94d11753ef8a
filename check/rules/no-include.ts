import { type Problem, problemAt, type Rule } from '../rule.ts';

const including = new Set(['i', 'ir', 'include', 'include_relative']);

/** A document carries one script; a file it includes would be looked for inside the container, or be another one. */
export const noInclude: Rule = {
  id: 'no-include',
  title: 'Only the orchestrator includes other files, by `\\ir`.',
  fix: 'copy the lines; shared blocks are compared by this check',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: '\\echo alone' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: '\\ir 10_structure.sql' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const command of script.commands) {
        const allowed = script.role === 'orchestrator' && command.name === 'ir';
        if (including.has(command.name) && !allowed)
          yield problemAt(script, command, `\\${command.name} ${command.argument} needs another file`);
      }
  },
};
