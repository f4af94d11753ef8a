import { onceForEachText } from './memo.ts';
import { insideQuotes, type SqlToken, tokensOf } from './sql-token.ts';

/** One statement, condition or declaration of a PL/pgSQL body. */
export interface BodyPiece {
  /** `if`, `when`, `for` … for conditions, `declare`, `into` and assignments by their first word, else the first word. */
  readonly verb: string;
  readonly text: string;
  /** The SQL to hand to the parser, without INTO targets; empty when there is none. */
  readonly sql: string;
  /** True for the text that EXECUTE builds, as far as it can be read from its literal. */
  readonly dynamic: boolean;
  readonly offset: number;
}

const skipped = new Set(['begin', 'else', 'loop']);
const conditions = new Map([
  ['if', ['then']],
  ['elsif', ['then']],
  ['elseif', ['then']],
  ['when', ['then']],
  ['case', ['when']],
  ['while', ['loop']],
  ['for', ['loop']],
  ['foreach', ['loop']],
]);
const parsedVerbs = new Set(
  'select insert update delete with merge truncate create drop alter lock grant revoke comment copy call do set reset notify vacuum analyze reindex cluster commit rollback savepoint'.split(
    ' ',
  ),
);
const substitutes = ['placeholder_name', 'table placeholder_name', 'access share'];

class Body {
  readonly pieces: BodyPiece[] = [];
  private readonly tokens: readonly SqlToken[];
  private readonly text: string;
  private at = 0;
  private declaring = false;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
  }

  private word(index: number): string {
    const token = this.tokens[index];
    return token === undefined ? '' : token.kind === 'word' ? token.text.toLowerCase() : token.text;
  }

  /** First place at or after `from` where one of the words stands outside parentheses and CASE expressions. */
  private find(from: number, words: readonly string[]): number {
    let depth = 0;
    for (let index = from; index < this.tokens.length; index += 1) {
      const word = this.word(index);
      if (depth === 0 && words.includes(word)) return index;
      if (word === '(' || word === '[' || word === 'case') depth += 1;
      if (word === ')' || word === ']' || word === 'end') depth = Math.max(0, depth - 1);
    }
    return this.tokens.length;
  }

  private slice(from: number, to: number): string {
    const [first, last] = [this.tokens[from], this.tokens[to - 1]];
    return first === undefined || last === undefined ? '' : this.text.slice(first.start, last.end);
  }

  private add(verb: string, from: number, to: number, sql: string, dynamic = false): void {
    const first = this.tokens[from];
    if (first !== undefined && to > from)
      this.pieces.push({ verb, text: this.slice(from, to), sql, dynamic, offset: first.start });
  }

  /** The statement without `into [strict] target, target`, which the SQL grammar does not know in every place. */
  private withoutInto(from: number, to: number): string {
    let depth = 0;
    for (let index = from + 1; index < to; index += 1) {
      const word = this.word(index);
      if (word === '(') depth += 1;
      if (word === ')') depth -= 1;
      if (depth !== 0 || word !== 'into' || ['insert', 'merge'].includes(this.word(index - 1))) continue;
      let end = index + (this.word(index + 1) === 'strict' ? 3 : 2);
      while (this.word(end) === ',' || this.word(end) === '.') end += 2;
      return `${this.slice(from, index)} ${this.slice(Math.min(end, to), to)}`;
    }
    return this.slice(from, to);
  }

  /** Past `end`, `end if`, `end case` … and its semicolon. */
  private afterEnd(): number {
    const semicolon = this.tokens.findIndex(({ text }, index) => index > this.at && text === ';');
    return semicolon < 0 ? this.tokens.length : semicolon + 1;
  }

  private condition(verb: string, ends: readonly string[]): void {
    const end = this.find(this.at + 1, ends);
    const query = verb === 'for' ? this.find(this.at, ['in']) + 1 : end;
    this.add(verb, this.at, end, '');
    if (query < end && parsedVerbs.has(this.word(query)))
      this.add(this.word(query), query, end, this.slice(query, end));
    this.at = ends.includes('when') ? end : end + 1;
  }

  private execute(from: number, to: number): void {
    this.add('execute', from, to, '');
    const literal = this.tokens.slice(from, to).find(({ kind }) => kind === 'string' || kind === 'dollar');
    if (literal === undefined) return;
    const sql = insideQuotes(literal).replaceAll('%I', 'placeholder_name').replaceAll('%L', "'placeholder'");
    const [text, verb] = [sql, /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase() ?? ''];
    this.pieces.push({ verb, text, sql, dynamic: true, offset: literal.start });
  }

  private statement(): void {
    const [from, verb] = [this.at, this.word(this.at)];
    const to = this.find(from, [';']);
    this.at = to + 1;
    if (this.declaring) return this.add('declare', from, to, '');
    if (verb === 'execute') return this.execute(from, to);
    if (verb === 'perform') return this.add(verb, from, to, `select ${this.slice(from + 1, to)}`);
    if (parsedVerbs.has(verb)) return this.add(verb, from, to, this.withoutInto(from, to));
    const assigned = this.find(from, [':=', '=']);
    if (assigned < to && verb !== 'raise' && verb !== 'get' && verb !== 'return')
      return this.add('assign', from, to, `select ${this.slice(assigned + 1, to)}`);
    return this.add(verb, from, to, '');
  }

  split(): BodyPiece[] {
    while (this.at < this.tokens.length) {
      const word = this.word(this.at);
      const ends = conditions.get(word);
      if (word === 'declare' || word === 'begin') this.declaring = word === 'declare';
      if (word === ';' || word === 'declare' || skipped.has(word)) this.at += 1;
      else if (word === 'exception' && this.word(this.at + 1) === 'when') this.at += 1;
      else if (word === '<' && this.word(this.at + 1) === '<') this.at = this.find(this.at, ['>']) + 2;
      else if (word === 'end') this.at = this.afterEnd();
      else if (ends !== undefined && !this.declaring) this.condition(word, ends);
      else this.statement();
    }
    return this.pieces;
  }
}

/**
 * Splits a PL/pgSQL body into its statements and conditions by its keywords. libpg_query's JavaScript build does not
 * offer the PL/pgSQL parser; the SQL inside is handed to the real parser piece by piece.
 */
export const splitBody = onceForEachText((text): readonly BodyPiece[] => new Body(text).split());

/** The readings of a dynamic statement to try in turn: its `%s` may stand for a name, a kind with a name, or a mode. */
export function readingsOf(sql: string): string[] {
  return sql.includes('%s') ? substitutes.map((substitute) => sql.replaceAll('%s', substitute)) : [sql];
}
