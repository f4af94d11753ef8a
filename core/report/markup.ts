/**
 * A piece of markup that is safe to send to a browser. Only {@link markup} makes one from text, and it escapes every
 * value, so nothing from the database can become an element, an attribute or a script.
 */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** What may stand in a template: text is escaped, markup is kept, a list is joined, undefined is nothing. */
export type MarkupValue = Markup | string | number | undefined | readonly MarkupValue[];

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Control characters, and the invisible ones that turn the direction of text around; tab and line feed may stay. */
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Makes control characters and direction marks visible instead of letting them act. */
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
