import { withoutInvisible } from './markup.ts';

/** Text for Markdown without line breaks, and with nothing that a Markdown viewer would take for an HTML element. */
export function plain(value: unknown): string {
  const text = withoutInvisible(typeof value === 'string' ? value : JSON.stringify(value));
  return text.replaceAll('\n', ' ').replace(/<(?=[a-zA-Z/!?])/g, '&lt;');
}

/** The text of a table cell, which cannot break out of its cell. */
function cell(value: unknown): string {
  return plain(value).replaceAll('\\', '\\\\').replaceAll('|', '\\|');
}

/** A Markdown table; `(none)` when it has no rows. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  if (rows.length === 0) return ['(none)', ''];
  const line = (cells: readonly unknown[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
