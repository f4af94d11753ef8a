import * as z from 'zod';
import { caughtSchema, checkedSchema } from '../base/contracts.ts';
import { heldLockSchema, rehearsalSummarySchema, timedScriptSchema } from '../base/rehearsal-summary.ts';
import { runIdPattern } from '../base/run-id.ts';

/** The data that flows through the rehearsal's state machine; each schema extends its predecessor's. */

/** After *Check disk*. */
export const roomySchema = z.object({
  runId: z.string().regex(runIdPattern),
  packageDigest: z.string(),
  /** Name of the clone. */
  clone: z.string(),
  documents: checkedSchema.shape.documents,
  /** Size of production in bytes. */
  bytes: z.number(),
  /** Production as it is before the rehearsal: JSON text of its fingerprint and of its probe. */
  production: z.object({ fingerprint: z.string(), probe: z.string() }),
  /** What has been proven so far, one plain sentence each, in order. */
  proven: z.array(z.string()),
});

/** After *Clone*. */
export const clonedSchema = roomySchema.extend({
  copySeconds: z.number(),
  signature: z.enum(['present', 'simulated']),
  /** The approval request that the tiers are run with. */
  apr: z.string(),
  /** Fingerprint of the clone before the first tier, JSON text. */
  entry: z.string(),
  /** Sections of the fingerprint in which the clone differs from production; dropped columns do that. */
  unlike: z.array(z.string()),
  /** Tiers that passed, one list for each time the release went forward. */
  forward: z.array(z.array(timedScriptSchema)).default([]),
  /** Whether the tiers of this time are not all done. */
  more: z.boolean().default(true),
  locks: z.array(heldLockSchema).default([]),
  refused: z.boolean().default(false),
  /** How often the release was taken back, with the clone proven to be as before. */
  back: z.int().default(0),
});

/** After *Drop clone*, which follows everything: any prefix of the flow, with or without an error. */
export const droppedSchema = clonedSchema.partial().extend({
  error: caughtSchema.optional(),
  dropped: z.boolean().optional(),
  /** What of production is not as it was before: empty, or nobody can say who changed it meanwhile. */
  productionChanged: z.array(z.string()).optional(),
});

/** After *Record*. */
export const recordedSchema = droppedSchema.extend({
  result: rehearsalSummarySchema.shape.result,
  summary: rehearsalSummarySchema,
});
