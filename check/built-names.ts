import { isQuotedType, type LookUp } from './built-sql.ts';
import { at, listAt } from './parse-sql.ts';
import { columnOfQuery, columnPlaced } from './query-results.ts';
import type { Statement } from './statement.ts';

/** The expression that a piece of a body computes. */
function computed({ parsed }: Statement): unknown {
  return at(listAt(parsed.top, 'SelectStmt', 'targetList')[0], 'ResTarget')?.['val'];
}

const unknown: readonly unknown[] = [undefined];

/** What a piece of a body puts into a variable or a field; nothing where it is not about it. */
function putInto(pieces: readonly Statement[], index: number, name: string): readonly unknown[] {
  const piece = pieces[index];
  if (piece === undefined) return [];
  const { verb, parsed } = piece;
  const text = piece.text.toLowerCase();
  const [holder = '', field] = name.split('.');
  if (verb === 'assign') return /^[\w.]+/.exec(text)?.[0] === name ? [computed(piece)] : [];
  if (verb === 'declare')
    return text.startsWith(`${name} `) && parsed.top !== undefined && !text.includes(' cursor ')
      ? [computed(piece)]
      : [];
  if (verb === 'foreach') return text.startsWith(`foreach ${holder} `) ? [computed(piece)] : [];
  if (verb === 'for' && new RegExp(String.raw`^for ${holder}\s`).test(text)) {
    if (parsed.top !== undefined) return []; // it counts
    const query = pieces[index + 1];
    return query?.verb === 'execute' ? unknown : (columnOfQuery(query?.parsed.top, field ?? '') ?? unknown);
  }
  const into = /\binto\s+(?:strict\s+)?([\w.]+(?:\s*,\s*[\w.]+)*)/.exec(text)?.[1]?.split(/\s*,\s*/) ?? [];
  const place = verb === 'insert' ? -1 : into.findIndex((target) => target === name || target === holder);
  if (place < 0) return /^(get|fetch)\b/.test(text) && text.includes(holder) ? unknown : [];
  if (verb !== 'select' && verb !== 'with') return unknown;
  return field !== undefined && into[place] === holder
    ? (columnOfQuery(parsed.top, field) ?? unknown)
    : (columnPlaced(parsed.top, place) ?? unknown);
}

/** What variables and fields of a body hold, by all that is put into them; a parameter may hold anything. */
export function namesOf(pieces: readonly Statement[], settings: LookUp): LookUp {
  return (name) => {
    if (name.startsWith('setting ')) return settings(name);
    const declared = pieces.find(({ verb, text }) => verb === 'declare' && text.toLowerCase().startsWith(`${name} `));
    if (isQuotedType(/^\w+\s+(?:constant\s+)?(\w+)/i.exec(declared?.text ?? '')?.[1] ?? '')) return [];
    const put = pieces.flatMap((_, index) => putInto(pieces, index, name));
    return put.length === 0 ? undefined : put;
  };
}
