import * as z from 'zod';
import type { verifiedSchema } from '../base/contracts.ts';
import { type SignedIn, signedInSchema } from '../base/contracts.ts';
import { namedDigest } from '../base/digest.ts';
import { type DecisionPlace, decisionPlace } from '../base/evidence-key.ts';
import { parseJsonAs } from '../base/json.ts';
import { runIdSchema } from '../base/run-id.ts';

/** Characters of a reason or a question: a few sentences, which stand in the report. */
export const MAX_WORDS = 1000;

const common = {
  format: z.literal('one-roof-decision/1'),
  runId: runIdSchema,
  answersLeft: z.int().min(1),
  packageDigest: z.string(),
  who: signedInSchema,
  decidedAt: z.string(),
  /** `sha256:` of the task token that was answered; the token itself is kept nowhere. */
  tokenDigest: z.string(),
};

/** A decision as the approver's page stores it, before it answers Step Functions. */
export const decisionSchema = z.discriminatedUnion('decision', [
  z.strictObject({ ...common, decision: z.literal('approve'), apr: z.string() }),
  z.strictObject({ ...common, decision: z.literal('reject'), reason: z.string().min(1).max(MAX_WORDS) }),
]);

/** @see decisionSchema */
export type Decision = z.infer<typeof decisionSchema>;

/** The request that a decision has to answer, as *Check answer* knows it, and what the caller claims. */
export interface Claimed extends DecisionPlace {
  readonly packageDigest: string;
  readonly decisionKey: string;
  readonly decisionSha256: string;
}

/** A decision that was found to be the page's own, about this request; or why it is not. */
export type Judged =
  | { readonly decision: Decision; readonly verified: z.infer<typeof verifiedSchema>; readonly problem?: never }
  | { readonly problem: string };

/** Whether a key is one of this request: the page wrote it for this run and for this many answers left. */
export function isKeyOf({ runId, answersLeft, decisionKey }: Claimed): boolean {
  const place = decisionPlace(decisionKey);
  return place?.runId === runId && place.answersLeft === answersLeft;
}

/**
 * Compares a stored decision with the request that it claims to answer. What travels in the task's output is the
 * caller's word, so nothing of it is believed but the key and the digest of an object that only the page can write.
 */
export function judgeDecision(claimed: Claimed, stored: string | undefined): Judged {
  const { decisionKey, decisionSha256 } = claimed;
  if (!isKeyOf(claimed)) return { problem: 'The decision belongs to another release, or to an earlier request.' };
  if (stored === undefined) return { problem: 'The decision that the answer names was never stored.' };
  if (namedDigest(stored) !== decisionSha256) {
    return { problem: 'The stored decision is not the one that the answer names.' };
  }
  const decision = parseJsonAs(decisionSchema, stored);
  if (decision === undefined) return { problem: 'What is stored is not a decision.' };
  if (decision.runId !== claimed.runId || decision.answersLeft !== claimed.answersLeft) {
    return { problem: 'The stored decision is about another release, or about an earlier request.' };
  }
  if (decision.packageDigest !== claimed.packageDigest) {
    return { problem: `The stored decision is about a package other than the one shown (${claimed.packageDigest}).` };
  }
  return { decision, verified: { ...decision.who, decisionKey, decisionSha256 } };
}

/** How a person is named where only one line is at hand. */
export function nameOf({ email, subject }: SignedIn): string {
  return email === '' ? subject : email;
}
