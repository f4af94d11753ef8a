import { at, isNode, listAt, type SqlNode, textAt } from './parse-sql.ts';
import { type Meaning, resultsOf } from './query-results.ts';

/** Looks up a column, variable or field, or a call of current_setting() as `setting <name>`. */
export type LookUp = (name: string) => Meaning;

/** Types whose text is a number, a truth value, or a name that PostgreSQL quotes itself. */
const quotedTypes =
  /^(reg(class|proc(edure)?|oper(ator)?|type|role|namespace|collation)|int[248]|bigint|integer|smallint|oid|numeric|bool|boolean)$/;
/** Functions whose text is safe whatever they are given: quoted, a definition of PostgreSQL's, or a number. */
const quoting =
  /^(quote_(ident|literal|nullable)|to_reg\w+|pg_get_(view|function|constraint|index|trigger|rule)def|pg_get_expr|format_type|count)$/;
/** Functions that only join what they are given. */
const joining = /^(concat|concat_ws|string_agg|min|max|nullif)$/;
/** Functions that cut a text into pieces. */
const cutting = /^(split_part|string_to_table)$/;
const placeholder = /%(?:(\d+)\$)?(?:-?(?:\d+|\*))?([sIL%])/g;

/** True for a declared type of which no value can be anything but a number, a truth value or a quoted name. */
export function isQuotedType(type: string): boolean {
  return quotedTypes.test(type.toLowerCase());
}

/** The last part of a name that is a list of strings. */
function lastName(node: unknown, field: string): string {
  return textAt(listAt(node, field).at(-1), 'String', 'sval');
}

/** The text of a literal, and of literals that are joined; nothing for anything else, a psql variable among it. */
export function literalText(node: unknown): string | undefined {
  const constant = at(node, 'A_Const');
  if (constant !== undefined) {
    const text = textAt(constant, 'sval', 'sval');
    return /^\{\w+\}$/.test(text) ? undefined : text;
  }
  const joined = at(node, 'A_Expr');
  if (joined === undefined || lastName(joined, 'name') !== '||') return undefined;
  const [left, right] = [literalText(joined['lexpr']), literalText(joined['rexpr'])];
  return left === undefined || right === undefined ? undefined : left + right;
}

/** Whether text becomes SQL that holds nothing but what was written, and quoted values. */
export class BuiltSql {
  private readonly seen = new Set<string>();
  private readonly lookUp: LookUp;

  constructor(lookUp: LookUp) {
    this.lookUp = lookUp;
  }

  private all(nodes: readonly unknown[]): boolean {
    return nodes.every((node) => this.isQuoted(node));
  }

  private named(name: string): boolean {
    if (this.seen.has(name)) return true; // it only builds on itself
    const meaning = this.lookUp(name);
    if (meaning === undefined) return false;
    this.seen.add(name);
    return this.all(meaning);
  }

  /** Each `%s` of format() is judged as if it stood there by itself. */
  private formats([pattern, ...values]: readonly unknown[]): boolean {
    const text = literalText(pattern);
    if (text === undefined) return false;
    let next = 0;
    return [...text.matchAll(placeholder)].every(([, position, kind]) => {
      if (kind === '%') return true;
      next = position === undefined ? next + 1 : Number(position);
      return kind !== 's' || this.isQuoted(values[next - 1]);
    });
  }

  /** True for the script's own text, whole or cut into pieces; what is quoted may not be cut, as a quote would be lost. */
  private isOwn(node: unknown): boolean {
    if (literalText(node) !== undefined) return true;
    const call = at(node, 'FuncCall');
    if (call === undefined) return false;
    const [name, [first]] = [lastName(call, 'funcname'), listAt(call, 'args')];
    if (name === 'current_setting') return this.named(`setting ${literalText(first) ?? ''}`);
    return cutting.test(name) && this.isOwn(first);
  }

  private called(call: SqlNode): boolean {
    const [name, args] = [lastName(call, 'funcname'), listAt(call, 'args')];
    if (name === 'format') return call['func_variadic'] !== true && this.formats(args);
    // words alone: neither a quote nor the end of a statement is left
    if (name === 'regexp_replace') return args.slice(1).map(literalText).join('|') === '[^a-z ]||g';
    return this.isOwn({ FuncCall: call }) || quoting.test(name) || (joining.test(name) && this.all(args));
  }

  private operated(expression: SqlNode): boolean {
    const operator = lastName(expression, 'name');
    if (expression['kind'] === 'AEXPR_NULLIF') return this.isQuoted(expression['lexpr']);
    // what a release keeps of a definition is PostgreSQL's own text of it, in a table that is closed to everybody else
    if (operator === '->>') return literalText(expression['rexpr']) === 'definition';
    return operator === '||' && this.all([expression['lexpr'], expression['rexpr']]);
  }

  /** True when no value can change what is run. */
  isQuoted(node: unknown): boolean {
    if (!isNode(node)) return false;
    if (literalText(node) !== undefined) return true;
    const [kind = ''] = Object.keys(node);
    const inner = at(node, kind) ?? {};
    if (kind === 'TypeCast') return isQuotedType(lastName(inner['typeName'], 'names')) || this.isQuoted(inner['arg']);
    if (kind === 'FuncCall') return this.called(inner);
    if (kind === 'A_Expr') return this.operated(inner);
    if (kind === 'CoalesceExpr' || kind === 'MinMaxExpr') return this.all(listAt(inner, 'args'));
    if (kind === 'A_ArrayExpr') return this.all(listAt(inner, 'elements'));
    if (kind === 'SubLink') return inner['subLinkType'] === 'EXPR_SUBLINK' && this.all(resultsOf(inner['subselect']));
    if (kind === 'CaseExpr') {
      const results = listAt(inner, 'args').map((when) => at(when, 'CaseWhen')?.['result']);
      return this.all([...results, ...(isNode(inner['defresult']) ? [inner['defresult']] : [])]);
    }
    if (kind !== 'ColumnRef') return false;
    const parts = listAt(inner, 'fields').map((field) => textAt(field, 'String', 'sval'));
    return this.named(parts.join('.'));
  }
}
