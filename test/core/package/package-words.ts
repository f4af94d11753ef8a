import { join } from 'node:path';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';

const { plan } = describePackage(readPackageFiles(join(__dirname, '../../../sql')));

/** Everything that the plan of this repository's package names, and the words that it lists. */
export const packageWords: ReadonlySet<string> = new Set([
  ...[plan.database, plan.writer, plan.reader, plan.approval.code.example],
  ...[plan.approval.request, plan.approval.signature, ...plan.emits, ...plan.words],
  ...[...plan.creates.tables, ...plan.creates.views, ...plan.existing.map(({ relation }) => relation)],
  ...plan.scripts.flatMap(({ id }) => (Object.hasOwn(plan.roles, id) ? [] : [id])),
  ...plan.creates.functions.map((signature) => signature.replace(/\(.*$/, '')),
]);

/** Whole words, and the parts of which hyphens, underscores and capitals in mid-word make one. */
function wordsOf(text: string): string[] {
  return (text.match(/\w+(?:-\w+)*/g) ?? []).flatMap((word) => {
    const parts = word.split('-').flatMap((part) => [part, ...part.split('_'), ...part.split(/(?<=[a-z])(?=[A-Z])/)]);
    return [word, ...parts, ...parts.map((part) => part.toLowerCase())];
  });
}

/** The words of the package that stand in a text. */
export function packageWordsIn(text: string): string[] {
  return [...new Set(wordsOf(text).filter((word) => packageWords.has(word)))];
}
