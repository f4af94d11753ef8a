import * as z from 'zod';
import { shownRehearsalSchema } from './rehearsal-summary.ts';
import { runIdPattern } from './run-id.ts';
import { evidenceHeadSchema } from './evidence-head.ts';

/**
 * The data that flows through the state machines. Each step takes the state, returns the whole next state, and the
 * next step's schema extends its predecessor's, so the flow can be read from top to bottom here.
 * Facts only (ids, counts, digests): no SQL output, far below the 256 KB payload limit.
 */

/** What Step Functions says of the execution (`$$.Execution`); RedriveCount is present on AWS, optional here. */
export const executionSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  StartTime: z.string(),
  RedriveCount: z.int().optional(),
});

/** What Step Functions says of the state (`$$.State`); EnteredTime is where start-by counts from. */
const enteredStateSchema = z.object({ Name: z.string(), EnteredTime: z.string() });

/** Every handler's event: the state, and the context that Step Functions alone can set. */
export const eventSchema = z.object({ input: z.unknown(), execution: executionSchema, state: enteredStateSchema });

/** @see eventSchema */
export type StepEvent = z.infer<typeof eventSchema>;

/** Facts of a script: the named groups of its proof line. */
export const factsSchema = z.record(z.string(), z.string());

const documentPinsSchema = z.record(z.string(), z.strictObject({ version: z.string(), hash: z.string() }));

/** The version and SSM hash that every SendCommand of the run names: script id → pin. */
export type DocumentPins = z.infer<typeof documentPinsSchema>;

/** The gate as it was read: the seed's eight values, the verdict, and our own blockers. */
export const gateSchema = z.object({
  status: z.enum(['READY', 'BLOCKED']),
  /** Semicolon-terminated, concatenated: `ospa<1;gap<>210;`. Empty when READY. */
  blockers: z.string(),
  /** One plain sentence a blocker: which number moved, and what to do. */
  explanations: z.array(z.string()),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  readAt: z.string(),
});

/** @see gateSchema */
export type Gate = z.infer<typeof gateSchema>;

/** After *Check gate*. */
export const checkedSchema = z.object({
  runId: z.string().regex(runIdPattern),
  packageDigest: z.string(),
  ready: z.boolean(),
  gate: gateSchema,
  documents: documentPinsSchema,
  answersLeft: z.int(),
  /** The start-by allowance with which this run's functions were deployed: a later deployment does not change it. */
  startBySeconds: z.int(),
  /** The latest passing rehearsal of this very package, for the approver; absent when there is none. */
  rehearsal: shownRehearsalSchema.optional(),
  /** Why the approver is asked again; absent the first time. */
  askedAgainBecause: z.string().optional(),
});

/** After *Await approval*: whatever the approver sent, not yet judged. */
export const answeredSchema = checkedSchema.extend({ answer: z.unknown() });

/** What an approver sends with the task token. Unknown keys are ignored. */
export const answerSchema = z.object({
  apr: z.string(),
  packageDigest: z.string(),
  /** Who the caller says they are (`one-roof approve` fills it in); CloudTrail has the proof. */
  declaredBy: z.string().max(200).optional(),
});

/** A decision that lets the release go on. */
export const approvalSchema = z.object({
  apr: z.string(),
  packageDigest: z.string(),
  declaredBy: z.string(),
  acceptedAt: z.string(),
});

/** After *Check answer*. */
export const decidedSchema = checkedSchema.extend({
  decision: z.enum(['approved', 'ask_again', 'no_valid_apr', 'stale']),
  reason: z.string(),
  approval: approvalSchema.optional(),
  /** The newest entry of the evidence as the last step knew it; what follows it spares a tier the reading of all. */
  evidence: evidenceHeadSchema.optional(),
});

/** What one tier left behind. */
export const tierResultSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Facts of the tier's own proof line. */
  facts: factsSchema,
  /** Facts of the read-only scripts that ran before it: script id → facts. */
  before: z.record(z.string(), factsSchema),
  seconds: z.number(),
});

/** @see tierResultSchema */
export type TierResult = z.infer<typeof tierResultSchema>;

/** What a tier needs, and (with one more result) what it returns. */
export const tierStateSchema = decidedSchema.extend({
  approval: approvalSchema,
  tiers: z.array(tierResultSchema).default([]),
  /** True once the sealing tier has committed: the point of no return lies behind. */
  sealed: z.boolean().default(false),
});

/** After *Post checks*; `problems` is empty when everything is as expected. */
export const postCheckedSchema = tierStateSchema.extend({
  postChecks: z.object({ problems: z.array(z.string()), facts: z.record(z.string(), factsSchema) }),
});

/** An error as a Catch stores it under `$.error`. */
export const caughtSchema = z.object({ Error: z.string().nullish(), Cause: z.string().nullish() });

/** What ROLLBACK ends with. */
export const rollbackOutcomeSchema = z.enum(['rolled_back', 'nothing_to_roll_back', 'already_released']);

/** The release that a rollback is for. EventBridge gives the start as milliseconds, Step Functions as ISO 8601. */
const releaseReferenceSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  StartTime: z.union([z.string(), z.number()]),
});

/** ROLLBACK's input: from the Catch and the rule with the release, from the console `{}`. */
export const rollbackInputSchema = z.object({
  release: releaseReferenceSchema.optional(),
  /** Run id of a sealed release that an operator wants undone all the same. */
  undoReleased: z.string().regex(runIdPattern).optional(),
  /** Run id for which changed seed rows may be deleted all the same. */
  overrideChangedRows: z.string().regex(runIdPattern).optional(),
});

/** After *Fence*. */
export const fencedSchema = rollbackInputSchema.extend({
  runId: z.string(),
  /** Entry fingerprint of the release, JSON text; absent when the release never got that far. */
  entryFingerprint: z.string().optional(),
  /** Instant from which no forward script of the run can start any more. */
  waitUntil: z.string(),
  cancelledCommands: z.int(),
  terminatedBackends: z.int(),
  /** Release objects that carried the run's stamp when the fence looked. */
  stampedObjects: z.int(),
  outcome: rollbackOutcomeSchema.optional(),
});

/** After *Undo*. */
export const undoneSchema = fencedSchema.extend({ undo: factsSchema });

/** After *Prove baseline*. */
export const provenSchema = undoneSchema.extend({ baseline: z.record(z.string(), factsSchema) });

/** What *Write report* may be handed: any prefix of the flow, with or without an error. */
export const endingStateSchema = z.object({
  runId: z.string().optional(),
  packageDigest: z.string().optional(),
  ready: z.boolean().optional(),
  gate: gateSchema.optional(),
  decision: decidedSchema.shape.decision.optional(),
  reason: z.string().optional(),
  approval: approvalSchema.optional(),
  tiers: z.array(tierResultSchema).optional(),
  sealed: z.boolean().optional(),
  postChecks: postCheckedSchema.shape.postChecks.optional(),
  error: caughtSchema.optional(),
  rollback: z.looseObject({ Output: z.looseObject({ outcome: rollbackOutcomeSchema }).optional() }).optional(),
});

/** @see endingStateSchema */
export type EndingState = z.infer<typeof endingStateSchema>;
