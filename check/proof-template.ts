import { onceForEach } from './memo.ts';
import { at, listAt, type SqlNode, textAt } from './parse-sql.ts';
import { nodesOf, type Statement } from './statement.ts';
import type { PlacedScript } from './subject.ts';

/** A text of which only parts are known: single characters, and any number of characters of a class. */
type Template = readonly (string | RegExp)[];

const anything = /^[^]$/;
const wordCharacter = /^\w$/;

/** What a SELECT's expression prints, as far as its literals tell: strings, `||` and format(). */
function templateOf(node: SqlNode | undefined, variables: ReadonlyMap<string, Template>): Template {
  const constant = at(node, 'A_Const', 'sval');
  if (constant !== undefined) {
    const text = textAt(constant, 'sval');
    const variable = /^\{(\w+)\}$/.exec(text)?.[1];
    return variable === undefined ? text.split('') : (variables.get(variable) ?? [anything]);
  }
  const operation = at(node, 'A_Expr');
  if (textAt(listAt(operation, 'name')[0], 'String', 'sval') === '||')
    return [...templateOf(at(operation, 'lexpr'), variables), ...templateOf(at(operation, 'rexpr'), variables)];
  const call = at(node, 'FuncCall');
  if (textAt(listAt(call, 'funcname').at(-1), 'String', 'sval') !== 'format') return [anything];
  const pattern = textAt(listAt(call, 'args')[0], 'A_Const', 'sval', 'sval');
  return (pattern.match(/%[sIL%]|[^]/g) ?? ['%s']).map((piece) =>
    piece === '%%' ? '%' : piece.length === 2 ? anything : piece,
  );
}

/** A group or a class of a proof pattern: its characters if it is plain text, else the class they belong to. */
function templateOfPart(part: string): Template {
  const inner = part.replace(/^\((?:\?<\w+>|\?:)?(.*)\)[*+?]?$/s, '$1');
  if (/^\w+$/.test(inner)) return inner.split('');
  if (/^\w+(\|\w+)+$/.test(inner)) return [wordCharacter];
  const classes = inner.match(/\[(?:[^\]\\]|\\.)*\]/g) ?? [];
  const onlyClasses = inner.replaceAll(/\[(?:[^\]\\]|\\.)*\](?:\{[^}]*\}|[*+?])?/g, '') === '';
  return [classes.length > 0 && onlyClasses ? new RegExp(`^(?:${classes.join('|')})$`) : anything];
}

function templateOfPattern(pattern: string): Template {
  const piece = /\\(.)|\((?:[^()\\]|\\.)*\)[*+?]?|\[(?:[^\]\\]|\\.)*\](?:\{[^}]*\}|[*+?])?|\.[*+?]?|([^\\])/gs;
  return [...pattern.slice(1, -1).matchAll(piece)].flatMap(([whole, escaped, plain]) => {
    const literal = escaped ?? plain;
    return literal === undefined ? templateOfPart(whole) : [literal];
  });
}

/** True when one text can fit both templates: decided from the ends backwards, place by place. */
function fit(first: Template, second: Template): boolean {
  const [begin, other] = [first[0], second[0]];
  if (typeof begin === 'string' && typeof other === 'string' && begin !== other) return false;
  const table = [...first, ''].map(() => [...second, ''].map(() => false));
  const can = (i: number, j: number): boolean => table[i]?.[j] ?? false;
  const stands = (one: string | RegExp | undefined, other: string | RegExp | undefined): boolean =>
    one instanceof RegExp && (other instanceof RegExp || (other !== undefined && one.test(other)));
  for (let i = first.length; i >= 0; i -= 1)
    for (let j = second.length; j >= 0; j -= 1) {
      const [one, other] = [first[i], second[j]];
      const fits =
        (one === undefined && other === undefined) ||
        (one instanceof RegExp && can(i + 1, j)) ||
        (other instanceof RegExp && can(i, j + 1)) ||
        (stands(one, other) && can(i, j + 1)) ||
        (stands(other, one) && can(i + 1, j)) ||
        (typeof one === 'string' && one === other && can(i + 1, j + 1));
      const row = table[i];
      if (row !== undefined) row[j] = fits;
    }
  return can(0, 0);
}

function firstColumn(statement: Statement): SqlNode | undefined {
  return at(listAt(statement.parsed.top, 'SelectStmt', 'targetList')[0], 'ResTarget', 'val');
}

function variableTemplates(script: PlacedScript): Map<string, Template> {
  const targets = script.sent
    .filter(({ sentBy }) => sentBy === 'gset')
    .flatMap((statement) => nodesOf(statement, 'ResTarget'));
  return new Map(targets.map((target) => [textAt(target, 'name'), templateOf(at(target, 'val'), new Map())]));
}

/** The statements of a script that can print its proof line: SELECTs whose literals fit the plan's pattern. */
export const printingStatements = onceForEach((script: PlacedScript): readonly Statement[] => {
  if (script.proof === undefined) return [];
  const wanted = templateOfPattern(script.proof);
  const variables = variableTemplates(script);
  return script.sent.filter((statement) => {
    if (!['select', 'with', 'values'].includes(statement.verb) || statement.sentBy === 'gset') return false;
    const printed = templateOf(firstColumn(statement), variables);
    return printed.filter((token) => typeof token === 'string').length >= 4 && fit(printed, wanted);
  });
});
