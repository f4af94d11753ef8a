import { onceForEach } from './memo.ts';
import { listAt, textAt } from './parse-sql.ts';
import { type Script, variablesOf } from './script.ts';
import { nodesOf, outputNames, type Statement } from './statement.ts';

/** The literals of the query that gave a variable its value: what its rows can be made of, as far as the file tells. */
function queried(script: Script, variable: string): string {
  const queries = script.sent.filter(
    (statement) => statement.sentBy === 'gset' && outputNames(statement).includes(variable),
  );
  return queries.flatMap(({ literals }) => literals).join(' ');
}

/** What the script's settings hold, as far as they are psql variables: setting → text. */
export const settingTexts = onceForEach((script: Script): ReadonlyMap<string, string> => {
  const variables = variablesOf(script);
  const calls = script.sent.flatMap((statement) => nodesOf(statement, 'FuncCall'));
  return new Map(
    calls.flatMap((call) => {
      const [name, value] = listAt(call, 'args').map((argument) => textAt(argument, 'A_Const', 'sval', 'sval'));
      const variable = /^\{(\w+)\}$/.exec(value ?? '')?.[1];
      return name === undefined || variable === undefined
        ? []
        : [[name, variables.get(variable) || queried(script, variable)] as const];
    }),
  );
});

/** The literals that feed a dynamic statement: its loop's, and those of the variables the loop goes over. */
function feedingLiterals(body: readonly Statement[], dynamic: Statement): string[] {
  const before = body.slice(0, body.indexOf(dynamic));
  const loop = before.findLast(({ verb }) => verb === 'for' || verb === 'foreach');
  const words = new Set(loop?.code.split(' ') ?? []);
  const declared = before.filter(({ verb, code }) => verb === 'declare' && words.has(code.split(' ')[0] ?? ''));
  return [before.at(-1), loop, ...declared].flatMap((statement) => statement?.literals ?? []);
}

/** Each statement is asked for every object that a release creates, so its answer is kept. */
const reachedIn = onceForEach((script: Script) => {
  const settings = settingTexts(script);
  return onceForEach((dynamic: Statement): ReadonlySet<string> => {
    const body = script.sent.find((statement) => statement.body.includes(dynamic))?.body ?? [];
    const fed = feedingLiterals(body, dynamic).flatMap((text) => [text, settings.get(text) ?? '']);
    const texts = fed.flatMap((text) => [
      text,
      ...[...settings].flatMap(([name, held]) => (text.includes(name) ? [held] : [])),
    ]);
    return new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []));
  });
});

/** The names that a dynamic statement can put into its text: from its loop, or from its own arguments. */
export function namesReachedBy(script: Script, dynamic: Statement): ReadonlySet<string> {
  return reachedIn(script)(dynamic);
}
