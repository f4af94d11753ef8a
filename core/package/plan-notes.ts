import type { ReleasePlan } from './plan-schema.ts';

/**
 * The exceptions that a plan makes, a sentence each. They stand among the notes of the gate, so that whoever approves the
 * package reads them in the message, on the page and in the report.
 */
export function planNotes({ acceptedFindings, tiers }: Pick<ReleasePlan, 'acceptedFindings' | 'tiers'>): string[] {
  const accepted = acceptedFindings.map(
    ({ rule, file, reason }) =>
      `The package breaks the rule ${rule} of its check in ${file}, and its plan accepts that: ${reason}`,
  );
  const untried = tiers.flatMap(({ id, untried: reason }) =>
    reason === undefined ? [] : [`The trial leaves out tier ${id} and every tier behind it: ${reason}`],
  );
  return [...accepted, ...untried];
}
