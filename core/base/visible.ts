/**
 * Characters that a reader does not see, or that act on what stands around them: controls (ESC, CR, backspace and the
 * C1 set among them), marks that turn the direction of text, zero-width characters, lone surrogates, line separators.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A character by its UTF-16 units, in the escape form of JSON: JSON text stays the same data. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_unit, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}

/**
 * Text with every unseen character in its escape form, `\u001b` for example; line feeds and tabs stay. Names in the
 * database and text from people reach a terminal, a mail, a log and a report only in this form: raw, they could paint
 * over what stands there.
 */
export function visible(text: string): string {
  return text.replace(unseen, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

/** Visible text in one line, for a value within a line: there, a line feed could begin a forged line. */
export function visibleLine(text: string): string {
  return text.replace(unseen, escaped);
}

/** Lines as one text, each in one line. */
export function visibleLines(lines: readonly string[]): string {
  return lines.map(visibleLine).join('\n');
}

/** A file name as it is when it is plain, else in quotes, with each character beyond ASCII in its escape form. */
export function visibleName(name: string): string {
  if (/^[\w./-]+$/.test(name)) return name;
  return JSON.stringify(name).replace(/[^ -~]/g, escaped);
}
