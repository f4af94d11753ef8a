import type { ReleasePlan } from './plan-schema.ts';

/**
 * The exceptions that a plan makes, a sentence each. They stand among the notes of the gate, so that whoever approves the
 * package reads them in the message, on the page and in the report.
 */
export function planNotes({ acceptedFindings }: Pick<ReleasePlan, 'acceptedFindings'>): string[] {
  return acceptedFindings.map(
    ({ rule, file, reason }) =>
      `The package breaks the rule ${rule} of its check in ${file}, and its plan accepts that: ${reason}`,
  );
}
