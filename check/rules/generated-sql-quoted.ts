import { literalText, BuiltSql, type LookUp } from '../built-sql.ts';
import { namesOf } from '../built-names.ts';
import { at, listAt, textAt } from '../parse-sql.ts';
import { resultsOf } from '../query-results.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { readScript, type Script, variablesOf } from '../script.ts';
import { nodesOf, type Statement } from '../statement.ts';
import type { Subject } from '../subject.ts';

/** The engine's scripts that a package does not include, and what prepares a copy: they are sent all the same. */
function besides({ files, plan }: Subject): Script[] {
  const prepares = plan.scripts.find(({ id }) => id === plan.roles.prepare)?.file;
  return [...files]
    .filter(([path]) => path === prepares || /^runner\/(rehearsal|trial)\/.*\.sql$/.test(path))
    .map(([path, text]) => readScript(path, { text, origin: (line) => ({ file: path, line }) }));
}

/** A setting is text of the script's own where each `set_config` gives it a psql variable that `\set` has made. */
function settingsOf(script: Script): LookUp {
  const variables = variablesOf(script);
  const given = script.statements.flatMap((statement) =>
    nodesOf(statement, 'FuncCall')
      .filter((call) => textAt(listAt(call, 'funcname').at(-1), 'String', 'sval') === 'set_config')
      .map((call) => listAt(call, 'args')),
  );
  return (name) => {
    const values = given.flatMap(([key, value]) => (`setting ${literalText(key) ?? ''}` === name ? [value] : []));
    const own = values.every((value) => {
      const variable = /^\{(\w+)\}$/.exec(textAt(value, 'A_Const', 'sval', 'sval'))?.[1] ?? '';
      return literalText(value) !== undefined || (variables.get(variable) ?? '') !== '';
    });
    return values.length > 0 && own ? [] : undefined;
  };
}

/** The texts that a statement runs as SQL, in a body or behind it. */
function runs(statement: Statement): readonly unknown[] {
  const { parsed, verb, sentBy, dynamic } = statement;
  if (sentBy === 'gexec') return resultsOf(parsed.top);
  if (verb !== 'execute' || dynamic || statement.within === 'script') return [];
  return [at(listAt(parsed.top, 'SelectStmt', 'targetList')[0], 'ResTarget')?.['val']];
}

/** A value that is pasted into SQL becomes part of it: whoever chooses the value chooses what a superuser runs. */
export const generatedSqlQuoted: Rule = {
  id: 'generated-sql-quoted',
  title:
    'Text that is run as SQL holds what the script says, and values only by %I, %L or another function that quotes.',
  fix: 'write %I for a name and %L for a value, or quote_ident() and quote_literal(); %s is for what cannot hold anything else',
  good: {
    file: 'checks/gate.sql',
    part: 'more',
    sql: "do $more$\nbegin\n  execute format('select %L', current_user);\nend $more$;",
  },
  bad: {
    file: 'checks/gate.sql',
    part: 'more',
    sql: "do $more$\nbegin\n  execute format('select %s', current_user);\nend $more$;",
  },
  *check(subject): Iterable<Problem> {
    for (const script of [...subject.scripts, ...besides(subject)]) {
      const settings = settingsOf(script);
      for (const sent of script.sent)
        for (const statement of [sent, ...sent.body])
          for (const text of runs(statement))
            if (!new BuiltSql(namesOf(sent.body, settings)).isQuoted(text))
              yield problemAt(script, statement, 'runs text as SQL in which a value stands unquoted');
    }
  },
};
