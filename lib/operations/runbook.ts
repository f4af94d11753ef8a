import type { Settings } from '../house/settings.ts';

/** Anchor of a heading, as Git hosts make it: lower case, words joined by hyphens, punctuation dropped. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

/** Where the operator's runbook deals with something: a link where the settings say where the runbook is published. */
export function runbookLink({ runbookUrl }: Settings, heading: string): string {
  return `${runbookUrl ?? 'docs/operator.md'}#${anchor(heading)}`;
}
