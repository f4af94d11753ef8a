import { onceForEachText } from './memo.ts';
import { listAt, type ParsedSql, parseSql, type SqlNode, textAt } from './parse-sql.ts';
import { type BodyPiece, readingsOf, splitBody } from './plpgsql.ts';
import { type PsqlStatement, splitPsql } from './psql-lexer.ts';
import { hasBody, routineBody } from './routine-body.ts';
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
  /** True when what it runs could not be read: the body of a DO block or function, or the text of EXECUTE. */
  readonly unread: boolean;
  /** The statements of its body, bodies in it included: for DO blocks and functions only. */
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
  const readings = [...(dynamic ? readingsOf(sql) : [sql]), withPlaceholders(sql)];
  const readable = readings.find((reading) => parseSql(reading).error === undefined);
  return readable !== undefined || !dynamic ? parseSql(readable ?? sql) : nothing;
}

/** One statement at its place in a text, with those of its body. */
function statementAt(
  text: string,
  piece: Omit<BodyPiece, 'sql'> & { line: number; sentBy: string },
  parsed: ParsedSql,
): Statement {
  const tokens = tokensOf(text);
  const { verb, dynamic, built, offset, line, sentBy } = piece;
  const body = bodyOf(text, parsed, tokens);
  return {
    within: 'script',
    verb,
    text,
    code: codeOf(tokens),
    literals: literalsOf(tokens),
    line,
    offset,
    parsed,
    sentBy,
    dynamic,
    unread: (hasBody(parsed) && body === undefined) || built || (dynamic && parsed === nothing),
    body: (body ?? []).map((inner) => ({ ...inner, line: line + inner.line, offset: offset + inner.offset })),
  };
}

const returning = /^return(?=\W)/i;

/** The statements of a body and of the bodies in it, with lines and offsets counted from its beginning. */
const plpgsqlStatements = onceForEachText((text): readonly Statement[] =>
  splitBody(text).map((piece) =>
    statementAt(
      piece.text,
      { ...piece, line: lineBreaks(text, piece.offset), sentBy: '' },
      parsePiece(piece.sql, piece.dynamic),
    ),
  ),
);
const sqlStatements = onceForEachText((text): readonly Statement[] =>
  splitPsql(text).flatMap((item) =>
    item.kind === 'statement'
      ? [readStatement({ ...item, text: item.text.replace(returning, 'select'), line: item.line - 1, sentBy: '' })]
      : [],
  ),
);

function bodyOf(text: string, parsed: ParsedSql, tokens: readonly SqlToken[]): Statement[] | undefined {
  const body = hasBody(parsed) ? routineBody(text, parsed, tokens) : undefined;
  if (body === undefined) return undefined;
  const line = lineBreaks(text, body.start);
  const statements = body.language === 'sql' ? sqlStatements(body.text) : plpgsqlStatements(body.text);
  return statements
    .flatMap((statement) => [statement, ...statement.body])
    .map((statement) => ({
      ...statement,
      within: body.within === 'function' || statement.within === 'script' ? body.within : statement.within,
      line: line + statement.line,
      offset: body.start + statement.offset,
    }));
}

/** Reads one statement of psql, with the statements of its body. */
export function readStatement(item: PsqlStatement): Statement {
  const verb = tokensOf(item.text)[0]?.text.toLowerCase() ?? '';
  return statementAt(item.text, { ...item, verb, dynamic: false, built: false }, parseSql(withPlaceholders(item.text)));
}

/** Every name a SELECT gives to a column, its subqueries' included as `*` may pass them on: what `\gset` may set. */
export function outputNames(statement: Statement): string[] {
  return nodesOf(statement, 'ResTarget').map((target) => {
    const alias = textAt(target, 'name');
    return alias === '' ? textAt(listAt(target, 'val', 'ColumnRef', 'fields').at(-1), 'String', 'sval') : alias;
  });
}
