import { onceForEachText } from './memo.ts';

/** One lexical piece of SQL, PL/pgSQL or psql input, with where it stands in its text. */
export interface SqlToken {
  readonly kind: 'word' | 'string' | 'identifier' | 'dollar' | 'variable' | 'comment' | 'command' | 'mark';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const kinds = ['comment', 'string', 'identifier', 'mark', 'variable', 'word', 'mark'] as const;
/** Everything whose end a regular expression can find, in the order in which it has to be tried. */
const lexeme = new RegExp(
  [
    /(--[^\n]*)/,
    /([eE]'(?:[^'\\]|\\[\s\S]|'')*'|(?:[uU]&|[bBxXnN])?'(?:[^']|'')*')/,
    /((?:[uU]&)?"(?:[^"]|"")*")/,
    /(::|:=)/,
    /(:(?:[A-Za-z0-9_]+|'[A-Za-z0-9_]+'|"[A-Za-z0-9_]+"|\{\?[A-Za-z0-9_]+\}))/,
    /([A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/,
    /(\$\d+|\d(?:\w|\.(?!\.))*)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function endOfBlockComment(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index += 1) {
    if (text.startsWith('/*', index)) {
      depth += 1;
      index += 1;
    } else if (text.startsWith('*/', index)) {
      depth -= 1;
      index += 1;
      if (depth === 0) return index + 1;
    }
  }
  return text.length;
}

function endOfDollarQuote(text: string, at: number): number {
  const open = match(dollarTag, text, at);
  if (open < 0) return -1;
  const close = text.indexOf(text.slice(at, open), open);
  return close < 0 ? text.length : close + (open - at);
}

function token(kind: SqlToken['kind'], text: string, start: number, end: number): SqlToken {
  return { kind, text: text.slice(start, end), start, end };
}

/** Reads the token that starts at `at`, which must not be white space; what nobody knows is a mark of one character. */
export function tokenAt(text: string, at: number): SqlToken {
  const first = text[at];
  if (first === '\\') return token('command', text, at, at + 1);
  if (first === '/' && text[at + 1] === '*') return token('comment', text, at, endOfBlockComment(text, at));
  if (first === '$') {
    const end = endOfDollarQuote(text, at);
    if (end > 0) return token('dollar', text, at, end);
  }
  lexeme.lastIndex = at;
  const found = lexeme.exec(text);
  if (found === null) return token('mark', text, at, at + 1);
  return token(kinds[found.slice(1).findIndex(Boolean)] ?? 'mark', text, at, lexeme.lastIndex);
}

/** The place of the next character that is not white space, or the end of the text. */
export function skipSpace(text: string, at: number): number {
  let index = at;
  while (index < text.length && ' \n\t\r\f\v'.includes(text.charAt(index))) index += 1;
  return index;
}

/** All tokens of a text without its comments: for SQL and PL/pgSQL, where a backslash has no meaning of its own. */
export const tokensOf = onceForEachText((text): readonly SqlToken[] => {
  const tokens: SqlToken[] = [];
  for (let at = skipSpace(text, 0); at < text.length;) {
    const next = tokenAt(text, at);
    if (next.kind !== 'comment') tokens.push(next);
    at = skipSpace(text, next.end);
  }
  return tokens;
});

/** The text inside a dollar quote or a string literal, without its quotes; escapes stay as they are written. */
export function insideQuotes({ kind, text }: SqlToken): string {
  if (kind !== 'dollar') return text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'");
  const tag = text.indexOf('$', 1) + 1;
  return text.slice(tag, text.length - tag);
}

/** Number of line breaks in a text from one place (its beginning) up to another. */
export function lineBreaks(text: string, before: number = text.length, from = 0): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < before; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
