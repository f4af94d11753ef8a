import { lineBreaks, skipSpace, tokenAt } from './sql-token.ts';

/** A backslash command such as `\set`, with its arguments as written. */
export interface PsqlCommand {
  readonly kind: 'command';
  readonly name: string;
  readonly argument: string;
  readonly line: number;
  readonly offset: number;
}

/** A statement as psql would send it, variables still in it. */
export interface PsqlStatement {
  readonly kind: 'statement';
  readonly text: string;
  readonly line: number;
  readonly offset: number;
  /** What ended it: `;`, or the command that sends the buffer, such as `gset`; empty at the end of the file. */
  readonly sentBy: string;
}

/** What psql would do with a file, in order. */
export type PsqlItem = PsqlCommand | PsqlStatement;

/** Commands that send what has been typed so far. */
const sending = new Set(['g', 'gx', 'gset', 'gexec', 'gdesc', 'bind', 'crosstabview', 'watch', ';']);
/** Commands whose argument is the rest of the line, whatever it holds. */
const wholeLine = new Set(['!', 'copy', 'ef', 'ev', 'sf', 'sv', 'help', 'h']);

const routine = /^create\s+(or\s+replace\s+)?(function|procedure)\b/i;

/** End of a command's arguments: the line's end or the next backslash outside quotes. */
function endOfArguments(text: string, from: number, name: string): number {
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n') return at;
    if (wholeLine.has(name)) continue;
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '\\') return at;
    else if (character === "'" || character === '"' || character === '`') quote = character;
  }
  return text.length;
}

function readCommand(text: string, at: number): { name: string; argument: string; end: number } {
  const name = /^(?:!|;|\?|[^\s\\;!']+)/.exec(text.slice(at + 1, at + 64))?.[0] ?? '';
  const from = at + 1 + name.length;
  const end = name === ';' ? from : endOfArguments(text, from, name);
  return { name, argument: text.slice(from, end).trim(), end };
}

class Splitter {
  readonly items: PsqlItem[] = [];
  private start = -1;
  private startLine = 1;
  private depth = 0;
  /** Open BEGIN ATOMIC and CASE in a function's body that is no string. */
  private blocks = 0;
  private line = 1;
  private counted = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The line of a place at or after the one that was asked for last. */
  private lineAt(offset: number): number {
    this.line += lineBreaks(this.text, offset, this.counted);
    this.counted = offset;
    return this.line;
  }

  private send(end: number, sentBy: string): void {
    if (this.start >= 0) {
      const [offset, text] = [this.start, this.text.slice(this.start, end).trimEnd()];
      this.items.push({ kind: 'statement', text, line: this.startLine, offset, sentBy });
    }
    this.start = -1;
    this.depth = 0;
    this.blocks = 0;
  }

  private command(at: number): number {
    const { name, argument, end } = readCommand(this.text, at);
    if (sending.has(name)) this.send(at, name);
    this.items.push({ kind: 'command', name, argument, line: this.lineAt(at), offset: at });
    return end;
  }

  /** Rows that follow COPY … FROM STDIN are data, up to the line `\.`. */
  private afterSemicolon(at: number): number {
    const last = this.items.at(-1);
    if (last?.kind !== 'statement' || !/^copy\b[\s\S]*\bfrom\s+stdin\b/i.test(last.text)) return at;
    const end = this.text.indexOf('\n\\.', at);
    return end < 0 ? this.text.length : end + 3;
  }

  private word(word: string, at: number): void {
    if (word === 'begin' && routine.test(this.text.slice(this.start, at))) this.blocks += 1;
    if (word === 'case' && this.blocks > 0) this.blocks += 1;
    if (word === 'end' && this.blocks > 0) this.blocks -= 1;
  }

  private token(at: number): number {
    const token = tokenAt(this.text, at);
    if (token.kind === 'comment') return token.end;
    if (token.kind === 'command') return this.command(at);
    if (token.text === ';' && this.depth === 0 && this.blocks === 0) {
      this.send(at, ';');
      return this.afterSemicolon(token.end);
    }
    if (this.start < 0) [this.start, this.startLine] = [at, this.lineAt(at)];
    if (token.text === '(') this.depth += 1;
    if (token.text === ')') this.depth = Math.max(0, this.depth - 1);
    if (token.kind === 'word' && this.depth === 0) this.word(token.text.toLowerCase(), at);
    return token.end;
  }

  split(): PsqlItem[] {
    for (let at = skipSpace(this.text, 0); at < this.text.length; at = skipSpace(this.text, at)) at = this.token(at);
    this.send(this.text.length, '');
    return this.items;
  }
}

/**
 * Splits a file the way psql does: statements end at a semicolon outside quotes and parentheses, or at a command that
 * sends them; comments, strings, dollar quotes, BEGIN ATOMIC … END and COPY data are passed over. Every branch of `\if` is read.
 */
export function splitPsql(text: string): PsqlItem[] {
  return new Splitter(text).split();
}
