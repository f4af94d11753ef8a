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
/** Control characters and invisible characters that change the direction of text; tab and line feed are allowed. */
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Replaces control characters and direction marks by a visible character, so that they have no effect. */
export function withoutInvisible(text: string): string {
  return text.replace(invisible, '\ufffd');
}

function escape(text: string): string {
  return withoutInvisible(text).replace(/[&<>"']/g, (character) => named[character] ?? '');
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
