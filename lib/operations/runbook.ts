import type { Settings } from '../house/settings.ts';

/** Anchor of a heading, as Git hosts make it: lower case, words joined by hyphens, punctuation dropped. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

/**
 * Where the operator's runbook deals with a heading: a link when the settings say where it is published, else its name.
 */
export function runbookLink({ runbookUrl }: Settings, heading: string): string {
  return `${runbookUrl ?? 'docs/operator.md'}#${anchor(heading)}`;
}
