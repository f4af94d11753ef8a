import { loadModule, scanSync } from '@libpg-query/parser';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadParser } from '../../check/parse-sql.ts';
import { splitPsql } from '../../check/psql-lexer.ts';
import { hasBody } from '../../check/routine-body.ts';
import { tokensOf } from '../../check/sql-token.ts';
import { readStatement, type Statement, withPlaceholders } from '../../check/statement.ts';
import { findPostgres } from '../../local/postgres/find.ts';
import { runProgram } from '../../local/postgres/run-program.ts';
import { generatedBlock } from './generated-plpgsql.ts';
import { postgresReads, weRead } from './postgres-reader.ts';

/** The statements of files, each once; what CREATE EXTENSION puts in is put in. */
function statementsOf(folder: string): Statement[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sql'));
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll(/@ext(schema|owner)@/g, 'ext'));
  const items = texts.flatMap(splitPsql).filter((item) => item.kind === 'statement');
  return [...new Map(items.map((item) => [item.text, item])).values()].map(readStatement);
}
const own = join(__dirname, '../../sql');
let shipped: readonly Statement[] = [];
let ours: readonly Statement[] = [];

beforeAll(async () => {
  await Promise.all([loadParser(), loadModule()]);
  const { bin } = await findPostgres();
  const { stdout } = await runProgram(join(bin, 'pg_config'), ['--sharedir']);
  shipped = statementsOf(stdout.trim());
  ours = statementsOf(own);
});

describe('our reader and PostgreSQL', () => {
  it('reads every statement that PostgreSQL ships', () => {
    const read = shipped.flatMap((statement) => [statement, ...statement.body]);
    expect(
      read.flatMap(({ parsed, text }) => (parsed.error === undefined ? [] : [`${parsed.error}: ${text}`])),
    ).toEqual([]);
    expect(read.length).toBeGreaterThan(2000);
  });

  it('cuts PL/pgSQL where its own reader cuts, and hands every expression to the parser', () => {
    const generated = Array.from({ length: 120 }, (_, seed) => generatedBlock(seed));
    const written = [...shipped, ...ours].filter(({ parsed }) => hasBody(parsed)).map(({ text }) => text);
    const texts = [...generated, ...written.filter((body) => /^do|plpgsql/i.test(body))];
    expect(texts.flatMap(differences)).toEqual([]);
    expect(texts.flatMap(weRead).length).toBeGreaterThan(2000);
  });

  it('sees the tokens that its own scanner sees', () => {
    const words = (texts: readonly string[]): string[] => texts.filter((text) => /[\w'"\u0080-\uffff]/.test(text));
    const pairs = [...shipped, ...ours].flatMap((statement) => {
      const text = withPlaceholders(statement.text);
      const theirs = scanned(text);
      return theirs === undefined ? [] : [[words(tokensOf(text).map((token) => token.text)), words(theirs)]];
    });
    expect(pairs.filter(([read, theirs]) => read?.join('\n') !== theirs?.join('\n'))).toEqual([]);
    expect(pairs.flatMap(([, theirs]) => theirs ?? []).length).toBeGreaterThan(20_000);
  });
});

/** Where the two readers of a body differ: in a statement, its line, or an expression that ours does not hand on. */
function differences(text: string): string[] {
  const [theirs, read] = [postgresReads(text), weRead(text)];
  if (theirs === undefined) return [`is refused: ${text}`];
  if (theirs.length !== read.length) return [`${read.length} statements instead of ${theirs.length}: ${text}`];
  return theirs.flatMap(({ line, verb, sql }, place) => {
    const here = read[place];
    const handed = (part: string): boolean =>
      here?.sql.some((code) => code.includes(part) || (verb === 'assign' && part.endsWith(code))) === true;
    const same = here?.verb === verb && (line === 0 || here.line === line) && sql.every(handed);
    return same ? [] : [`${here?.line} ${here?.verb} ${here?.sql.join()} instead of ${line} ${verb} ${sql.join()}`];
  });
}

/** The tokens of the library's scanner, which cuts its own answer off where a token is long. */
function scanned(text: string): string[] | undefined {
  try {
    return scanSync(text).tokens.flatMap((token) => (token.tokenName.endsWith('COMMENT') ? [] : [token.text]));
  } catch {
    return undefined;
  }
}
