import * as z from 'zod';
import {
  approvalSchema,
  approvalsSchema,
  caughtSchema,
  decidedSchema,
  gateSchema,
  postCheckedSchema,
  tierResultSchema,
  trialSchema,
  verifiedSchema,
} from './contracts.ts';
import { rollbackOutcomeSchema } from './rollback-contracts.ts';
import { runIdSchema } from './run-id.ts';

/** The input of *Write report* of RELEASE: the state after any step of the flow, with or without an error. */
export const endingStateSchema = z.object({
  runId: runIdSchema.optional(),
  packageDigest: z.string().optional(),
  ready: z.boolean().optional(),
  gate: gateSchema.optional(),
  decision: decidedSchema.shape.decision.optional(),
  reason: z.string().optional(),
  approval: approvalSchema.optional(),
  verified: verifiedSchema.optional(),
  approvals: approvalsSchema.optional(),
  trial: trialSchema.optional(),
  tiers: z.array(tierResultSchema).optional(),
  sealed: z.boolean().optional(),
  postChecks: postCheckedSchema.shape.postChecks.optional(),
  error: caughtSchema.optional(),
  rollback: z
    .looseObject({
      Output: z.looseObject({ outcome: rollbackOutcomeSchema, others: z.array(z.string()).optional() }).optional(),
      /** The step of ROLLBACK that could not be completed, and why, as its evidence tells. */
      failure: z.object({ step: z.string(), message: z.string() }).optional(),
    })
    .optional(),
});

/** @see endingStateSchema */
export type EndingState = z.infer<typeof endingStateSchema>;
