import { type SqlToken, tokensOf } from './sql-token.ts';

/** A text with its tokens, and the questions that a reader of PL/pgSQL asks about them; places are token numbers. */
export class TokenReader {
  protected readonly tokens: readonly SqlToken[];
  protected readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
  }

  protected word(index: number): string {
    const token = this.tokens[index];
    return token === undefined ? '' : token.kind === 'word' ? token.text.toLowerCase() : token.text;
  }

  /** First place at or after `from` where one of the words stands outside parentheses and CASE expressions. */
  protected find(from: number, words: readonly string[]): number {
    let depth = 0;
    for (let index = from; index < this.tokens.length; index += 1) {
      const word = this.word(index);
      if (depth === 0 && words.includes(word)) return index;
      if (word === '(' || word === '[' || word === 'case') depth += 1;
      if (word === ')' || word === ']' || word === 'end') depth = Math.max(0, depth - 1);
    }
    return this.tokens.length;
  }

  /** The same, up to a place that is the end of what is asked about. */
  protected until(from: number, to: number, words: readonly string[]): number {
    return Math.min(this.find(from, words), to);
  }

  protected slice(from: number, to: number): string {
    const [first, last] = [this.tokens[from], this.tokens[to - 1]];
    return first === undefined || last === undefined ? '' : this.text.slice(first.start, last.end);
  }

  /** An expression, or a list of them, as the parser may read it; nothing for an empty one. */
  protected selecting(from: number, to: number): string {
    return from < to ? `select ${this.slice(from, to)}` : '';
  }

  /** The statement without `into [strict] target, target`, which the SQL grammar does not know in every place. */
  protected withoutInto(from: number, to: number): string {
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

  /** The values of a list of `name = value` or `name := value`; some of the names are words that SQL keeps for itself. */
  protected options(from: number, to: number): string[] {
    const values: string[] = [];
    for (let at = from; at < to; at = this.find(at, [',']) + 1)
      values.push(this.slice(at + 2, this.until(at, to, [','])));
    return values;
  }
}
