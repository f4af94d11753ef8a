import { type Problem, problemAt, type Rule } from '../rule.ts';

const banned = new Set(['gexec']);

/** Rows become statements: neither the approver nor this check can see which. */
export const noGexec: Rule = {
  id: 'no-gexec',
  title: 'No `\\gexec`: what it runs cannot be read here.',
  fix: 'write the statements, or a DO block with EXECUTE format(…)',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: 'select count(*) from note \\g' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: "select 'select 1' \\gexec" },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const command of script.commands)
        if (banned.has(command.name))
          yield problemAt(script, command, `\\${command.name} runs statements that nobody has reviewed`);
  },
};
