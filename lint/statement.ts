import { listAt, type ParsedSql, parseSql, type SqlNode, textAt } from './parse-sql.ts';
import { readingsOf, splitBody } from './plpgsql.ts';
import { onceForEachText } from './memo.ts';
import type { PsqlStatement } from './psql-lexer.ts';
import { insideQuotes, lineBreaks, type SqlToken, tokensOf } from './sql-token.ts';

/** A statement of a script: sent by psql itself, or standing in the body of a DO block or of a created function. */
export interface Statement {
  readonly within: 'script' | 'block' | 'function';
  /** First word in lower case; for conditions of PL/pgSQL `if`, `when` and the like. */
  readonly verb: string;
  readonly text: string;
  /** The text in lower case, without comments and with empty string literals. */
  readonly code: string;
  /** The string literals in it, those of dynamic SQL included, without their quotes. */
  readonly literals: readonly string[];
  readonly line: number;
  readonly offset: number;
  readonly parsed: ParsedSql;
  /** What psql sent it by: `;`, `gset` …; empty inside a body. */
  readonly sentBy: string;
  /** True for SQL that EXECUTE builds, as far as its literal tells. */
  readonly dynamic: boolean;
  /** The statements of its body: for DO blocks and functions only. */
  readonly body: readonly Statement[];
}

const nothing: ParsedSql = { nodes: new Map(), top: undefined, error: undefined };

/** A psql variable as the parser may read it: a string for `:'name'`, a name otherwise. */
function placeholder(token: SqlToken): string {
  const name = token.text.replaceAll(/[^A-Za-z0-9_]/g, '');
  return token.text.startsWith(":'") ? `'{${name}}'` : ` ${name}`;
}

/** The statement with psql's variables replaced by placeholders: `:'name'` becomes the literal `{name}`. */
export const withPlaceholders = onceForEachText((text): string => {
  let [result, end] = ['', 0];
  for (const token of tokensOf(text)) {
    if (token.kind !== 'variable') continue;
    result += text.slice(end, token.start) + placeholder(token);
    end = token.end;
  }
  return result + text.slice(end);
});

function codeOf(tokens: readonly SqlToken[]): string {
  return tokens
    .map(({ kind, text }) => (kind === 'string' ? "''" : kind === 'dollar' ? '$$' : text.toLowerCase()))
    .join(' ');
}

function literalsOf(tokens: readonly SqlToken[]): string[] {
  return tokens.filter(({ kind }) => kind === 'string').map(insideQuotes);
}

/** The nodes of some kinds in a statement, wherever they stand in it. */
export function nodesOf({ parsed: { nodes } }: Statement, ...kinds: string[]): readonly SqlNode[] {
  const [only = ''] = kinds;
  return kinds.length === 1 ? (nodes.get(only) ?? []) : kinds.flatMap((kind) => nodes.get(kind) ?? []);
}

function parsePiece(sql: string, dynamic: boolean): ParsedSql {
  if (sql === '') return nothing;
  const readings = [...readingsOf(sql), withPlaceholders(sql)];
  const readable = readings.find((reading) => parseSql(reading).error === undefined);
  return readable !== undefined || !dynamic ? parseSql(readable ?? sql) : nothing;
}

/** The statements of a body, with lines and offsets counted from its beginning. */
const bodyStatements = onceForEachText((text): readonly Omit<Statement, 'within'>[] =>
  splitBody(text).map((piece) => {
    const tokens = tokensOf(piece.text);
    return {
      verb: piece.verb,
      text: piece.text,
      code: codeOf(tokens),
      literals: literalsOf(tokens),
      line: lineBreaks(text, piece.offset),
      offset: piece.offset,
      parsed: parsePiece(piece.sql, piece.dynamic),
      sentBy: '',
      dynamic: piece.dynamic,
      body: [],
    };
  }),
);

function isPlpgsql(parsed: ParsedSql): boolean {
  if (parsed.nodes.has('DoStmt')) return true;
  const options = listAt(parsed.nodes.get('CreateFunctionStmt')?.[0], 'options');
  return options.some(
    (option) =>
      textAt(option, 'DefElem', 'defname') === 'language' &&
      textAt(option, 'DefElem', 'arg', 'String', 'sval') === 'plpgsql',
  );
}

function bodyOf(item: PsqlStatement, parsed: ParsedSql, tokens: readonly SqlToken[]): Statement[] {
  const quoted = tokens.find(({ kind }) => kind === 'dollar');
  if (quoted === undefined || !isPlpgsql(parsed)) return [];
  const text = insideQuotes(quoted);
  const start = quoted.start + (quoted.text.length - text.length) / 2;
  const [line, offset] = [item.line + lineBreaks(item.text, start), item.offset + start];
  const within = parsed.nodes.has('DoStmt') ? 'block' : 'function';
  return bodyStatements(text).map((statement) => ({
    ...statement,
    within,
    line: line + statement.line,
    offset: offset + statement.offset,
  }));
}

/** Reads one statement of psql, with the statements of its body. */
export function readStatement(item: PsqlStatement): Statement {
  const tokens = tokensOf(item.text);
  const parsed = parseSql(withPlaceholders(item.text));
  return {
    within: 'script',
    verb: tokens[0]?.text.toLowerCase() ?? '',
    text: item.text,
    code: codeOf(tokens),
    literals: literalsOf(tokens),
    line: item.line,
    offset: item.offset,
    parsed,
    sentBy: item.sentBy,
    dynamic: false,
    body: bodyOf(item, parsed, tokens),
  };
}

/** Every name a SELECT gives to a column, its subqueries' included as `*` may pass them on: what `\gset` may set. */
export function outputNames(statement: Statement): string[] {
  return nodesOf(statement, 'ResTarget').map((target) => {
    const alias = textAt(target, 'name');
    return alias === '' ? textAt(listAt(target, 'val', 'ColumnRef', 'fields').at(-1), 'String', 'sval') : alias;
  });
}
