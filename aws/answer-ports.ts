import type { AnswerPorts } from '../core/base/step-ports.ts';
import { createDecisionBucket } from './decision-bucket.ts';
import { createSenderPorts } from './sender-ports.ts';

/** The ports of the function that judges an answer, on AWS. */
export function createAnswerPorts(settings: { readonly EVIDENCE_BUCKET: string }): AnswerPorts {
  return { ...createSenderPorts(settings), decisions: createDecisionBucket(settings.EVIDENCE_BUCKET) };
}
