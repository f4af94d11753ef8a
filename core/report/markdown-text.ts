import { visibleLine } from '../base/visible.ts';

/** A piece of Markdown that our own code wrote. Every other value is text, and is escaped. */
export class Markdown {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };
/**
 * What has a meaning anywhere in a line: emphasis, code, links, images, cells, mathematics; `_` only at a word's edge.
 */
const meaning = /[\\`*[\]|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** What a viewer would make a link of, without any mark around it. */
const address = /:(?=\/\/)|(?<=\bwww)\./gi;
/** What makes a heading, a list, a rule or a code block of a line that begins with it. */
const beginning = /^(?:\s*)([#+=-]|\d+(?=[.)]))?/;

/** Escapes text for use within a line, cell or emphasis, so that a viewer shows exactly this text. */
export function inline(value: unknown): string {
  const text = visibleLine(typeof value === 'string' ? value : JSON.stringify(value));
  return text
    .replace(/[<>&]/g, (character) => entities[character] ?? '')
    .replace(meaning, '\\$&')
    .replace(address, (character) => `&#${character.charCodeAt(0)};`);
}

/** Escapes text that begins a line or an item of a list. */
export function plain(value: unknown): string {
  return inline(value).replace(beginning, (_all, first?: string) => {
    if (first === undefined) return '';
    return /\d/.test(first) ? `${first}\\` : `\\${first}`;
  });
}

/** Text in bold. */
export function bold(value: unknown): Markdown {
  return new Markdown(`**${inline(value).trim()}**`);
}

/** Text that is ours, such as a file's name, as code. A code span ends at the first backtick, and knows no escape. */
export function code(text: string): Markdown {
  return new Markdown(`\`${text.replaceAll('`', '')}\``);
}

function cell(value: unknown): string {
  return value instanceof Markdown ? value.source : inline(value);
}

/** A Markdown table; `(none)` when it has no rows. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  if (rows.length === 0) return ['(none)', ''];
  const line = (cells: readonly unknown[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
