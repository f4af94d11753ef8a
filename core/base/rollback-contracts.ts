import * as z from 'zod';
import { caughtSchema, factsSchema } from './contracts.ts';
import { declaredSchema } from './declared.ts';
import { runIdSchema } from './run-id.ts';

/*
 * The data that flows through ROLLBACK, from top to bottom.
 */

/** The ways in which ROLLBACK can end. */
export const rollbackOutcomeSchema = z.enum(['rolled_back', 'nothing_to_roll_back', 'already_released']);

/** The release that a rollback undoes. EventBridge gives its start as milliseconds, Step Functions as ISO 8601. */
const releaseReferenceSchema = z.strictObject({
  Id: z.string().regex(/^arn:[a-z-]+:states:[^:]+:[0-9]+:execution:[^:]+:[^:]+$/, 'not the ARN of an execution'),
  Name: z.string(),
  StartTime: z.union([z.iso.datetime({ offset: true }), z.int().positive()]),
});

/**
 * ROLLBACK's input. RELEASE's Catch and the EventBridge rule name the release; a start from the console passes `{}`.
 */
export const rollbackInputSchema = z.object({
  release: releaseReferenceSchema.optional(),
  /** Run id of a sealed release that an operator wants to undo although it was completed. */
  undoReleased: runIdSchema.optional(),
  /** Run id for which seed rows may be deleted although they were changed after the release. */
  overrideChangedRows: runIdSchema.optional(),
  /**
   * Run id that stands on objects in the database. It is enough when no history knows the release any more: when the
   * process that released is gone, with its history.
   */
  stampedRun: runIdSchema.optional(),
  /** Who wants it, as the caller says; CloudTrail has the proof. */
  requestedBy: declaredSchema.optional(),
});

/**
 * The input as somebody may type it. An unknown name is refused: it would otherwise be overlooked, and the newest
 * release would be rolled back instead of the one that was meant.
 */
export const typedRollbackSchema = z
  .strictObject(rollbackInputSchema.shape)
  .refine(
    ({ release: _named, requestedBy: _who, ...runs }) =>
      new Set(Object.values(runs).filter((run) => run !== undefined)).size < 2,
    {
      message: 'undoReleased, overrideChangedRows and stampedRun name several runs',
    },
  );

/** After *Fence*. */
export const fencedSchema = rollbackInputSchema.extend({
  runId: runIdSchema,
  /** Entry fingerprint of the release as JSON text; absent when the release ended before taking one. */
  entryFingerprint: z.string().optional(),
  /** Instant from which no forward script of the run can start any more. */
  waitUntil: z.string(),
  cancelledCommands: z.int(),
  terminatedBackends: z.int(),
  /** Number of release objects that carried the run's stamp when the fence looked. */
  stampedObjects: z.int(),
  outcome: rollbackOutcomeSchema.optional(),
  /** What whoever stopped the release gave as the cause. */
  stoppedBecause: z.string().optional(),
});

/** After *Undo*. */
export const undoneSchema = fencedSchema.extend({ undo: factsSchema });

/** After *Prove baseline*. */
export const provenSchema = undoneSchema.extend({
  baseline: z.record(z.string(), factsSchema),
  /** What others changed between entry and proof, in words; absent when nothing. */
  others: z.array(z.string()).optional(),
});

/**
 * The input of *Write report* of ROLLBACK: the state after any step of its flow, with or without an error. Of a *Fence*
 * that failed, only the error is passed on, because until then the state is what somebody typed.
 */
export const endedRollbackSchema = provenSchema.partial().extend({ error: caughtSchema.optional() });
