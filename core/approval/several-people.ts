import type { Approvals, decidedSchema, verifiedSchema } from '../base/contracts.ts';
import type * as z from 'zod';
import { nameOf } from './decision.ts';

type Verified = z.output<typeof verifiedSchema>;
type Approval = NonNullable<z.output<typeof decidedSchema>['approval']>;

/** The people who have approved so far, in one line. */
export function namesOf({ by }: Approvals): string {
  return by.map(nameOf).join(' and ');
}

/** Whether a person is among those who have approved: by the issuer's own name, as addresses may change hands. */
export function hasApproved(
  approvals: Approvals | undefined,
  { issuer, subject }: Pick<Verified, 'issuer' | 'subject'>,
) {
  return approvals?.by.some((each) => each.issuer === issuer && each.subject === subject) === true;
}

/** Why a person's approval cannot count beside the earlier ones; undefined when it can. */
export function whyNotCounted(approvals: Approvals | undefined, verified: Verified, apr: string): string | undefined {
  if (hasApproved(approvals, verified))
    return `${nameOf(verified)} has approved already: another person has to approve as well.`;
  const first = approvals?.by[0];
  if (first === undefined || first.apr === apr) return undefined;
  return `${nameOf(first)} approved under ${first.apr}: everybody approves the same request.`;
}

/** The approvals with one more. */
export function counted(
  approvals: Approvals | undefined,
  people: number,
  { verified, approval }: { readonly verified: Verified; readonly approval: Approval },
): Approvals {
  const { apr, acceptedAt } = approval;
  return { people, by: [...(approvals?.by ?? []), { ...verified, apr, acceptedAt }] };
}

/** How many approvals are there and how many are missing, for whoever is asked next. */
export function soFar(approvals: Approvals): string {
  const { by, people } = approvals;
  return `Approved so far by ${namesOf(approvals)} (${by.length} of ${people}): another person has to approve as well.`;
}
