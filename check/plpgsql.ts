import { onceForEachText } from './memo.ts';
import { insideQuotes, type SqlToken } from './sql-token.ts';
import { TokenReader } from './token-reader.ts';

/** One statement, condition or declaration of a PL/pgSQL body. */
export interface BodyPiece {
  /** `if`, `when`, `for` … for conditions, `declare`, `into` and assignments by their first word, else the first word. */
  readonly verb: string;
  readonly text: string;
  /** The SQL to hand to the parser, without INTO targets; empty when there is none. */
  readonly sql: string;
  /** True for the text that EXECUTE builds, as far as it can be read from its literal. */
  readonly dynamic: boolean;
  /** True when EXECUTE runs something else than one literal or one format(), so that more may be run than is read. */
  readonly built: boolean;
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
const queries = new Set('select with values table insert update delete merge'.split(' '));
/** Statements of PL/pgSQL itself that hold no expression; whatever is not known here is handed to the SQL parser. */
const plain = new Set(['null', 'get', 'fetch', 'move', 'close']);
const levels = new Set(['debug', 'log', 'info', 'notice', 'warning', 'exception']);
const substitutes = ['placeholder_name', 'table placeholder_name', 'access share'];

/** A place of format() where not a name or a value but a whole statement is put. */
const statementPlace = /(^|;)\s*%/;

class Body extends TokenReader {
  readonly pieces: BodyPiece[] = [];
  private at = 0;
  private declaring = false;

  private add(verb: string, from: number, to: number, sql: string, built = false): void {
    const first = this.tokens[from];
    if (first !== undefined && to > from)
      this.pieces.push({ verb, text: this.slice(from, to), sql, dynamic: false, built, offset: first.start });
  }

  /** Past `end`, `end if`, `end case` … and its semicolon. */
  private afterEnd(): number {
    const semicolon = this.tokens.findIndex(({ text }, index) => index > this.at && text === ';');
    return semicolon < 0 ? this.tokens.length : semicolon + 1;
  }

  private condition(verb: string, ends: readonly string[]): void {
    const [from, end] = [this.at, this.find(this.at + 1, ends)];
    this.at = ends.includes('when') ? end : end + 1;
    if (verb === 'for') return this.loop(from, end);
    const expression = verb === 'foreach' ? this.find(from, ['array']) : from;
    this.add(verb, from, end, this.selecting(expression + 1, end));
  }

  /** FOR goes over a query, what EXECUTE builds, a cursor, or numbers: `in [reverse] <from>..<to> [by <step>]`. */
  private loop(from: number, end: number): void {
    const start = this.find(from, ['in']) + 1;
    const over = this.word(start);
    if (over === 'execute' || queries.has(over)) {
      this.add('for', from, end, '');
      return this.query(start, end);
    }
    const [first, by] = [over === 'reverse' ? start + 1 : start, Math.min(this.find(start, ['by']), end)];
    const bounds = this.selecting(first, by).replaceAll(/('(?:[^']|'')*')|\.\./g, (_, text?: string) => text ?? ', ');
    this.add('for', from, end, by < end ? `${bounds}, ${this.slice(by + 1, end)}` : bounds);
  }

  private query(from: number, to: number): void {
    if (this.word(from) === 'execute') this.execute(from, to);
    else this.add(this.word(from), from, to, this.slice(from, to));
  }

  /** The literal that EXECUTE runs, by itself or as the pattern of format(); nothing if more is put to it. */
  private executed(from: number, to: number): SqlToken | undefined {
    const formats = this.word(from + 1) === 'format' && this.word(from + 2) === '(';
    const place = formats ? from + 3 : from + 1;
    const after = formats ? this.find(place, [')']) + 1 : place + 1;
    const token = this.tokens[place];
    const literal = token !== undefined && (token.kind === 'dollar' || token.text.startsWith("'"));
    const alone = after >= to || ['into', 'using'].includes(this.word(after));
    const whole = !formats || [',', ')'].includes(this.word(place + 1));
    return literal && alone && whole && !statementPlace.test(insideQuotes(token)) ? token : undefined;
  }

  /** The expressions of EXECUTE: the one that makes its text, and the values of USING, which stands before INTO or behind. */
  private computing(from: number, to: number): string {
    const using = this.until(from, to, ['using']);
    const values = this.slice(using + 1, this.until(using, to, ['into']));
    return `${this.selecting(from, this.until(from, to, ['into', 'using']))}${values === '' ? '' : `, ${values}`}`;
  }

  private execute(from: number, to: number): void {
    const whole = this.executed(from, to);
    this.add('execute', from, to, this.computing(from + 1, to), whole === undefined);
    const literal = whole ?? this.tokens.slice(from, to).find(({ kind }) => kind === 'string' || kind === 'dollar');
    if (literal === undefined) return;
    const sql = insideQuotes(literal).replaceAll('%I', 'placeholder_name').replaceAll('%L', "'placeholder'");
    const [text, verb] = [sql, /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase() ?? ''];
    this.pieces.push({ verb, text, sql, dynamic: true, built: false, offset: literal.start });
  }

  /** A statement, then the query that follows a word of it, or else the expression that follows another. */
  private withQuery(verb: string, [from, to]: readonly [number, number], query: number, expression: number): void {
    this.add(verb, from, to, query < to ? '' : this.selecting(expression, to));
    if (query < to) this.query(query, to);
  }

  /** RAISE without its level: format, arguments and the values of USING. */
  private raised(from: number, to: number): string {
    const using = this.until(from, to, ['using']);
    const start = levels.has(this.word(from + 1)) ? from + 2 : from + 1;
    return [this.slice(start, using), ...this.options(using + 1, to)]
      .filter(Boolean)
      .join(', ')
      .replace(/^(?=.)/s, 'select ');
  }

  /** Where the value begins when a statement is `variable := value` or `record.field[1] = value`; else -1. */
  private assigned(from: number): number {
    let at = from + 1;
    while (this.word(at) === '.' || this.word(at) === '[')
      at = this.word(at) === '.' ? at + 2 : this.find(at + 1, [']']) + 1;
    return [':=', '='].includes(this.word(at)) ? at + 1 : -1;
  }

  private statement(): void {
    const [from, verb] = [this.at, this.word(this.at)];
    const to = this.find(from, [';']);
    const [place, after] = [[from, to] as const, (...words: string[]): number => this.find(from, words) + 1];
    this.at = to + 1;
    if (this.declaring) {
      const query = after('cursor') < to ? this.find(after('cursor'), ['for', 'is']) + 1 : to;
      return this.withQuery('declare', place, query, after(':=', '=', 'default'));
    }
    const value = this.assigned(from);
    if (value > 0) return this.add('assign', from, to, this.selecting(value, to));
    if (verb === 'execute') return this.execute(from, to);
    if (verb === 'open') return this.withQuery(verb, place, after('for'), from + 1);
    if (verb === 'return') {
      const kind = this.word(from + 1);
      return this.withQuery(verb, place, kind === 'query' ? from + 2 : to, kind === 'next' ? from + 2 : from + 1);
    }
    if (verb === 'perform' || verb === 'assert') return this.add(verb, from, to, this.selecting(from + 1, to));
    if (verb === 'exit' || verb === 'continue') return this.add(verb, from, to, this.selecting(after('when'), to));
    if (verb === 'raise') return this.add(verb, from, to, this.raised(from, to));
    this.add(verb, from, to, plain.has(verb) ? '' : this.withoutInto(from, to));
  }

  split(): BodyPiece[] {
    while (this.at < this.tokens.length) {
      const word = this.word(this.at);
      const ends = conditions.get(word);
      if (word === 'declare' || word === 'begin') this.declaring = word === 'declare';
      if (word === ';' || word === 'declare' || skipped.has(word)) this.at += 1;
      else if (word === '#') this.at += 3;
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
 * Splits a PL/pgSQL body into its statements and conditions by its keywords; the SQL inside is handed to the real parser
 * piece by piece. docs/decisions.md says why no library does it; a test holds this reader against PostgreSQL's own.
 */
export const splitBody = onceForEachText((text): readonly BodyPiece[] => new Body(text).split());

/** The readings of a dynamic statement to try in turn: its `%s` may stand for a name, a kind with a name, or a mode. */
export function readingsOf(sql: string): string[] {
  return sql.includes('%s') ? substitutes.map((substitute) => sql.replaceAll('%s', substitute)) : [sql];
}
