import { parsePlPgSQLSync } from '@libpg-query/parser';
import { isNode, listAt, parseSql, textAt } from '../../check/parse-sql.ts';
import { type BodyPiece, splitBody } from '../../check/plpgsql.ts';
import { routineBody } from '../../check/routine-body.ts';
import { lineBreaks, tokensOf } from '../../check/sql-token.ts';
import { withPlaceholders } from '../../check/statement.ts';

/** A statement of a body as a reader saw it: line (0 when it does not say), verb, and the SQL in it, token by token. */
export interface Reading {
  readonly line: number;
  readonly verb: string;
  readonly sql: readonly string[];
}

/** Statements inside another statement, in the order in which they are written. */
const inner = 'then_body elsif_list else_body case_when_list else_stmts body stmts exceptions exc_list action'.split(
  ' ',
);
/** Kinds whose name is not their first word. */
const verbs = new Map(
  Object.entries({
    elsif: 'elsif',
    fori: 'for',
    fors: 'for',
    forc: 'for',
    dynfors: 'for',
    foreach_a: 'foreach',
  }).concat(
    Object.entries({
      return_next: 'return',
      return_query: 'return',
      dynexecute: 'execute',
      getdiag: 'get',
      exception: 'when',
    }),
  ),
);
/** What is no statement of its own: the block and its parts, LOOP, and NULL, which PostgreSQL's reader leaves out. */
const silent = new Set(['block', 'exception_block', 'loop', 'null']);

const codeOf = (sql: string): string =>
  tokensOf(sql)
    .map(({ text }) => text)
    .join(' ')
    .replace(/^select /i, '');

function expressions(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(expressions);
  if (!isNode(value)) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    key === 'PLpgSQL_expr' ? [codeOf(textAt(below, 'query'))] : expressions(below),
  );
}

function verbOf(kind: string, node: Readonly<Record<string, unknown>>, sql: readonly string[]): string {
  if (kind === 'execsql' || kind === 'call')
    return (
      /^\w+/.exec(textAt(node, kind === 'call' ? 'expr' : 'sqlstmt', 'PLpgSQL_expr', 'query'))?.[0].toLowerCase() ??
      sql.join()
    );
  if (kind === 'exit') return node['is_exit'] === true ? 'exit' : 'continue';
  if (kind === 'fetch') return node['is_move'] === true ? 'move' : 'fetch';
  return verbs.get(kind) ?? kind;
}

function readingsIn(value: unknown): Reading[] {
  if (Array.isArray(value)) return value.flatMap(readingsIn);
  return Object.entries(isNode(value) ? value : {}).flatMap(([name, node]) => {
    if (!isNode(node)) return [];
    const kind = name.replace(/^PLpgSQL_(stmt_|if_|(?=case_when|exception))/, '').replace('case_when', 'when');
    const below = inner.flatMap((key) => readingsIn(node[key]));
    const line = typeof node['lineno'] === 'number' ? node['lineno'] : 0;
    if (silent.has(kind) || (kind === 'return' && line === 0)) return below;
    const own = Object.fromEntries(Object.entries(node).filter(([key]) => ![...inner, 'var', 'target'].includes(key)));
    const sql = expressions(own).map((text) => text.replace(/^"__Case__Variable_\d+__" IN \( (.*) \)$/s, '$1'));
    return [{ line, verb: verbOf(kind, node, sql), sql }, ...below];
  });
}

/** What PostgreSQL's own PL/pgSQL reader sees in a DO block or function; nothing when it cannot read it. */
export function postgresReads(statement: string): readonly Reading[] | undefined {
  try {
    const tree: unknown = parsePlPgSQLSync(statement);
    return listAt(tree, 'plpgsql_funcs').flatMap((found) =>
      readingsIn(isNode(found) && isNode(found['PLpgSQL_function']) ? found['PLpgSQL_function']['action'] : undefined),
    );
  } catch {
    return undefined;
  }
}

const holds = (outer: BodyPiece, { offset }: BodyPiece): boolean => offset < outer.offset + outer.text.length;

/** What our reader sees in it, without declarations, NULL and what EXECUTE builds; a query belongs to its statement. */
export function weRead(statement: string): Reading[] {
  const body = routineBody(statement, parseSql(withPlaceholders(statement)), tokensOf(statement))?.text ?? '';
  const groups: [BodyPiece, ...BodyPiece[]][] = [];
  for (const piece of splitBody(body).filter(({ dynamic }) => !dynamic)) {
    const last = groups.at(-1);
    if (last !== undefined && holds(last[0], piece)) last.push(piece);
    else groups.push([piece]);
  }
  return groups
    .filter(([{ verb }]) => verb !== 'declare' && verb !== 'null')
    .map(([first, ...rest]) => ({
      line: lineBreaks(body, first.offset) + 1,
      verb: first.verb.replace('elseif', 'elsif'),
      sql: [first, ...rest].map(({ sql }) => codeOf(sql)),
    }));
}
