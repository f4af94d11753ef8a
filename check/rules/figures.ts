import { psqlVariables } from '../../core/package/plan.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';

/** A run by hand has only the defaults in the files, and must judge by the same figures as the machine. */
export const figures: Rule = {
  id: 'figures',
  title: "A default in a file equals the plan's figure.",
  fix: 'write the figure of release.json into the \\set',
  good: {
    file: 'prod/20_rows.sql',
    part: 'defaults',
    sql: "\\if :{?expected_notes} \\else \\set expected_notes 6 \\endif\nselect set_config('one_roof.notes', :'expected_notes', false) as notes \\gset",
  },
  bad: {
    file: 'prod/20_rows.sql',
    part: 'defaults',
    sql: "\\if :{?expected_notes} \\else \\set expected_notes 7 \\endif\nselect set_config('one_roof.notes', :'expected_notes', false) as notes \\gset",
  },
  *check({ plan, scripts }): Iterable<Problem> {
    const planned = new Map(Object.entries(psqlVariables(plan)));
    for (const script of scripts)
      for (const command of script.commands.filter(({ name }) => name === 'set')) {
        const [, variable = '', value = ''] = /^(\S+)\s+'?(.*?)'?$/.exec(command.argument) ?? [];
        const figure = planned.get(variable);
        if (figure !== undefined && figure !== value)
          yield problemAt(script, command, `${variable} is ${value}, the plan says ${figure}`);
      }
  },
};
