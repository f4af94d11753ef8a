import { visible } from '../base/visible.ts';

/**
 * A piece of HTML that is safe to show in a browser. Only {@link markup} makes one from text, and it escapes every
 * value, so that nothing from the database can become an element, an attribute or a script.
 */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** A value in a template: text is escaped, markup is kept, a list is joined, and undefined becomes nothing. */
export type MarkupValue = Markup | string | number | undefined | readonly MarkupValue[];

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => named[character] ?? '');
}

function render(value: MarkupValue): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.html;
  if (typeof value === 'object') return value.map(render).join('');
  return escape(String(value));
}

/** Template tag: the text of the template is markup, every value in it is escaped. */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup(parts.map((part, index) => part + render(values[index])).join(''));
}
