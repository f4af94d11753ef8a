import * as z from 'zod';
import { caughtSchema, checkedSchema } from '../base/contracts.ts';
import { heldLockSchema, rehearsalSummarySchema, timedScriptSchema } from '../base/rehearsal-summary.ts';
import { runIdSchema } from '../base/run-id.ts';

/** The data that flows through the rehearsal's state machine; each schema extends its predecessor's. */

/** After *Check disk*. */
export const roomySchema = z.object({
  runId: runIdSchema,
  packageDigest: z.string(),
  /** Name of the clone. */
  clone: z.string(),
  documents: checkedSchema.shape.documents,
  /** Size of production in bytes. */
  bytes: z.number(),
  /** Production before the rehearsal: its fingerprint and its probe, each as JSON text. */
  production: z.object({ fingerprint: z.string(), probe: z.string() }),
  /** What has been proven so far, one plain sentence each, in order. */
  proven: z.array(z.string()),
});

/** After *Clone*. */
export const clonedSchema = roomySchema.extend({
  copySeconds: z.number(),
  signature: z.enum(['present', 'simulated']),
  /** Code of the approval request with which the tiers are run. */
  apr: z.string(),
  /** Fingerprint of the clone before the first tier, as JSON text. */
  entry: z.string(),
  /** Sections of the fingerprint in which the clone differs from production, for example because of dropped columns. */
  unlike: z.array(z.string()),
  /** Tiers that passed, with one list per pass forward. */
  forward: z.array(z.array(timedScriptSchema)).default([]),
  /** Whether tiers of the current pass are still to be run. */
  more: z.boolean().default(true),
  locks: z.array(heldLockSchema).default([]),
  refused: z.boolean().default(false),
  /** How often the release was rolled back with proof that the clone is as before. */
  back: z.int().default(0),
});

/** After *Drop clone*, which follows every ending: the state after any step of the flow, with or without an error. */
export const droppedSchema = clonedSchema.partial().extend({
  error: caughtSchema.optional(),
  dropped: z.boolean().optional(),
  /** Sections in which production differs from before the rehearsal. It is not known who changed them. */
  productionChanged: z.array(z.string()).optional(),
});

/** After *Record*. */
export const recordedSchema = droppedSchema.extend({
  result: rehearsalSummarySchema.shape.result,
  summary: rehearsalSummarySchema,
});
