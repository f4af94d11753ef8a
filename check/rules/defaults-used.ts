import { type Problem, problemAt, type Rule } from '../rule.ts';
import { tokensOf } from '../sql-token.ts';
import type { PlacedScript } from '../subject.ts';

function usedNames(script: PlacedScript): Set<string> {
  const inSql = script.sent.flatMap(({ text }) => tokensOf(text)).filter(({ kind }) => kind === 'variable');
  const inCommands = script.commands
    .filter(({ argument }) => !argument.startsWith(':{?'))
    .flatMap(({ argument }) => tokensOf(argument));
  return new Set(
    [...inSql, ...inCommands].filter(({ kind }) => kind === 'variable').map(({ text }) => text.replaceAll(/\W/g, '')),
  );
}

/** A default that nothing reads is a figure that nobody checks, though it looks as if somebody did. */
export const defaultsUsed: Rule = {
  id: 'defaults-used',
  title: 'Every variable that a file gives a default is used in it.',
  fix: 'use the variable, or remove its \\set',
  good: {
    file: 'prod/20_rows.sql',
    part: 'defaults',
    sql: "\\if :{?wanted} \\else \\set wanted 1 \\endif\nselect set_config('one_roof.wanted', :'wanted', false) as wanted_set \\gset",
  },
  bad: { file: 'prod/20_rows.sql', part: 'defaults', sql: '\\if :{?wanted} \\else \\set wanted 1 \\endif' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts) {
      const used = usedNames(script);
      for (const command of script.commands.filter(({ name }) => name === 'if')) {
        const variable = /^:\{\?(\w+)\}$/.exec(command.argument)?.[1];
        if (variable !== undefined && !used.has(variable))
          yield problemAt(script, command, `${variable} has a default and no use`);
      }
    }
  },
};
