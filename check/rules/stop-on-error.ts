import { type Problem, problemAt, type Rule } from '../rule.ts';

/** Without it psql goes on after an error, and a later COMMIT is answered by ROLLBACK with exit code 0. */
export const stopOnError: Rule = {
  id: 'stop-on-error',
  title: 'Every script sets ON_ERROR_STOP before its first statement and never switches it off.',
  fix: 'keep `\\set ON_ERROR_STOP on` at the top and remove what changes it',
  good: { file: 'prod/20_rows.sql', part: 'defaults', sql: '\\set ON_ERROR_STOP 1' },
  bad: { file: 'prod/20_rows.sql', part: 'defaults', sql: '\\set ON_ERROR_STOP off' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts) {
      const settings = script.commands.filter(
        ({ name, argument }) => /^(un)?set$/.test(name) && /^ON_ERROR_STOP\b/.test(argument),
      );
      const [first] = settings;
      const statement = script.sent[0];
      if (first === undefined || (statement !== undefined && statement.offset < first.offset))
        yield problemAt(script, statement ?? { line: 1 }, 'runs a statement before ON_ERROR_STOP is set');
      for (const command of settings)
        if (!/^ON_ERROR_STOP\s+'?(on|1|true|yes)'?$/i.test(command.argument) || command.name === 'unset')
          yield problemAt(script, command, `\\${command.name} ${command.argument} lets psql go on after an error`);
    }
  },
};
