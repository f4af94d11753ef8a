import { type Markup, markup, type MarkupValue } from './markup.ts';
import type { Tone } from '../ending/story.ts';

/** A column of a table: its heading, and whether it holds numbers. */
export interface Column {
  readonly head: string;
  readonly number?: boolean;
}

/** A row of a table: its cells, of which the first names the row, and how the row is highlighted, if at all. */
export interface Row {
  readonly cells: readonly MarkupValue[];
  readonly marked?: Tone | undefined;
}

/** A section with its heading. The navigation links to its id. */
export function section(id: string, title: string, body: MarkupValue): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">\n<h2 id="${id}-title">${title}</h2>\n${body}\n</section>\n`;
}

function cellOf(column: Column | undefined, value: MarkupValue, index: number): Markup {
  const attribute = column?.number === true ? markup` class="n"` : undefined;
  return index === 0 ? markup`<th scope="row"${attribute}>${value}</th>` : markup`<td${attribute}>${value}</td>`;
}

/** A table that scrolls in its own frame when it is wider than the screen, by keyboard as well. */
export function dataTable(caption: string, columns: readonly Column[], rows: readonly Row[]): Markup {
  const heads = columns.map(
    ({ head, number }) => markup`<th scope="col"${number === true ? markup` class="n"` : undefined}>${head}</th>`,
  );
  const lines = rows.map(
    ({ cells, marked }) =>
      markup`<tr${marked === undefined ? undefined : markup` class="marked ${marked}"`}>${cells.map((value, index) => cellOf(columns[index], value, index))}</tr>\n`,
  );
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>\n<caption>${caption}</caption>\n<thead><tr>${heads}</tr></thead>\n<tbody>\n${lines}</tbody></table></div>\n`;
}

/** A name and a value; a value marked `wide` takes the whole line. */
export interface Fact {
  readonly name: string;
  readonly value: MarkupValue;
  readonly wide?: boolean;
}

/** A list of names and values. */
export function factList(facts: readonly Fact[]): Markup {
  return markup`<dl class="facts">${facts.map(
    ({ name, value, wide }) =>
      markup`<div${wide === true ? markup` class="wide"` : undefined}><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>\n`;
}

/** A list of lines that belong together, without bullets. */
export function noteList(notes: readonly MarkupValue[], tone = ''): Markup | undefined {
  if (notes.length === 0) return undefined;
  return markup`<ul class="notes ${tone}">${notes.map((note) => markup`<li>${note}</li>`)}</ul>\n`;
}

/** Details for a reader who wants the exact data, folded until opened. */
export function folded(summary: string, body: MarkupValue): Markup {
  return markup`<details><summary>${summary}</summary>\n${body}\n</details>\n`;
}

/** A name such as `outer.inner`. It may break after its own separators and nowhere else. */
export function identifier(name: string): Markup {
  const parts = name.split(/(?<=[_.])/);
  return markup`<code class="name">${parts.map((part, index) => [index === 0 ? '' : markup`<wbr>`, part])}</code>`;
}

/** A digest or another machine-readable text, in a fixed-width font. */
export function mono(text: string): Markup {
  return markup`<span class="mono">${text}</span>`;
}
