import { join } from 'node:path';
import type { ReleasePlan } from '../../../core/package/plan-schema.ts';
import { planOf } from '../../../local/postgres/fixture-package.ts';

/** Every package of this repository. */
const packages = ['sql', 'examples/orders'].map((folder) => join(__dirname, '../../..', folder));

/** Everything that a plan names, and the words that it lists. */
function wordsIn(plan: ReleasePlan): string[] {
  return [
    ...[plan.database, plan.writer, plan.reader, plan.approval.code.example],
    ...[plan.approval.request, plan.approval.signature, ...plan.emits, ...plan.words],
    ...[...plan.creates.tables, ...plan.creates.views, ...plan.existing.map(({ relation }) => relation)],
    ...plan.scripts.flatMap(({ id }) => (Object.hasOwn(plan.roles, id) ? [] : [id])),
    ...plan.creates.functions.map((signature) => signature.replace(/\(.*$/, '')),
  ];
}

/** What the plans of these packages name: no word for the engine. */
export const packageWords: ReadonlySet<string> = new Set(packages.map(planOf).flatMap(wordsIn));

/** Whole words, and the parts of which hyphens, underscores and capitals in mid-word make one. */
function wordsOf(text: string): string[] {
  return (text.match(/\w+(?:-\w+)*/g) ?? []).flatMap((word) => {
    const parts = word.split('-').flatMap((part) => [part, ...part.split('_'), ...part.split(/(?<=[a-z])(?=[A-Z])/)]);
    return [word, ...parts, ...parts.map((part) => part.toLowerCase())];
  });
}

/** The words of the packages that stand in a text. */
export function packageWordsIn(text: string): string[] {
  return [...new Set(wordsOf(text).filter((word) => packageWords.has(word)))];
}
