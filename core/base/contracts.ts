import * as z from 'zod';
import { declaredSchema } from './declared.ts';
import { shownRehearsalSchema } from './rehearsal-summary.ts';
import { runIdSchema } from './run-id.ts';
import { evidenceHeadSchema } from './evidence-head.ts';

/**
 * The data that flows through RELEASE. Each step takes the state and returns the whole next state, and each
 * schema extends the one before it, so this file shows the flow from top to bottom.
 * It holds facts only (ids, counts, digests), never SQL output, and stays far below the payload limit of 256 KB.
 */

/**
 * The execution, from Step Functions' context object (`$$.Execution`). On AWS every member is present; the schema does
 * not require RedriveCount and Input.
 */
export const executionSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  StartTime: z.string(),
  RedriveCount: z.int().optional(),
  /** What the execution was started with. */
  Input: z.unknown().optional(),
});

/** The state, from Step Functions' context object (`$$.State`). The start-by allowance counts from EnteredTime. */
const enteredStateSchema = z.object({ Name: z.string(), EnteredTime: z.string() });

/** Every handler's event: the state's data, and the context, which only Step Functions can set. */
export const eventSchema = z.object({ input: z.unknown(), execution: executionSchema, state: enteredStateSchema });

/** @see eventSchema */
export type StepEvent = z.infer<typeof eventSchema>;

/** What a script proved: the named groups of its proof line. */
export const factsSchema = z.record(z.string(), z.string());

const documentPinsSchema = z.record(z.string(), z.strictObject({ version: z.string(), hash: z.string() }));

/** The version and SSM hash that every SendCommand of the run names: script id → pin. */
export type DocumentPins = z.infer<typeof documentPinsSchema>;

/**
 * One of the gate's conditions, as the package's gate script reports it: data to the engine, which knows none of them.
 */
export const gateConditionSchema = z.object({
  id: z.string(),
  meaning: z.string(),
  required: z.string(),
  /** Null: cannot be measured. */
  measured: z.string().nullable(),
  ok: z.boolean(),
  /** Its code among the blockers; empty while it holds. */
  blocker: z.string(),
  /** What to do when it does not hold. */
  remedy: z.string(),
  /** Whether a text of one line names it. */
  headline: z.boolean(),
});

/** @see gateConditionSchema */
export type GateCondition = z.infer<typeof gateConditionSchema>;

/** The gate as it was read: the package's conditions, the verdict, and the engine's own blockers. */
export const gateSchema = z.object({
  status: z.enum(['READY', 'BLOCKED']),
  /** Semicolon-terminated, concatenated: `clock_skew;node_offline;`. Empty when READY. */
  blockers: z.string(),
  /** One plain sentence per blocker: which number is wrong, and what to do. */
  explanations: z.array(z.string()),
  /** What an approver has to know although it closes nothing, a sentence each. */
  notes: z.array(z.string()),
  /** Empty when the gate script did not run. */
  conditions: z.array(gateConditionSchema),
  readAt: z.string(),
});

/** @see gateSchema */
export type Gate = z.infer<typeof gateSchema>;

/** A person who has signed in: what the issuer of the token vouches for. */
export const signedInSchema = z.strictObject({
  issuer: z.string(),
  /** The issuer's own name of the person, which is never given to another one. */
  subject: z.string(),
  email: z.string(),
  signedInAt: z.string(),
});

/** @see signedInSchema */
export type SignedIn = z.infer<typeof signedInSchema>;

/** Who answered, as the approver's page verified it, and the object that says so. */
export const verifiedSchema = signedInSchema.extend({ decisionKey: z.string(), decisionSha256: z.string() });

/** Who has approved a release that several people have to approve, oldest first. */
export const approvalsSchema = z.object({
  /** How many different people have to. */
  people: z.int(),
  by: z.array(verifiedSchema.extend({ apr: z.string(), acceptedAt: z.string() })),
});

/** @see approvalsSchema */
export type Approvals = z.infer<typeof approvalsSchema>;

/** After *Check gate*. */
export const checkedSchema = z.object({
  runId: runIdSchema,
  packageDigest: z.string(),
  ready: z.boolean(),
  gate: gateSchema,
  documents: documentPinsSchema,
  answersLeft: z.int(),
  /** The start-by allowance with which this run's functions were deployed. A later deployment does not change it. */
  startBySeconds: z.int(),
  /** The latest passing rehearsal of this very package, shown to the approver; absent when there is none. */
  rehearsal: shownRehearsalSchema.optional(),
  /** Why the approver is asked again; absent the first time. */
  askedAgainBecause: z.string().optional(),
  /** Absent where one person approves, and before the first one has. */
  approvals: approvalsSchema.optional(),
});

/** After *Await approval*: the approver's answer, not yet checked. */
export const answeredSchema = checkedSchema.extend({ answer: z.unknown() });

/** What an approver sends with the task token. Unknown keys are ignored. */
export const answerSchema = z.object({
  apr: z.string(),
  packageDigest: z.string(),
  /** Who the caller claims to be (`one-roof approve` fills it in); CloudTrail has the proof. */
  declaredBy: declaredSchema.optional(),
});

/** What the approver's page sends: where the decision lies that it wrote, and the digest of exactly that object. */
export const decisionClaimSchema = z.object({ decisionKey: z.string(), decisionSha256: z.string() });

/** An approval that was accepted, so that the release may go on. */
export const approvalSchema = z.object({
  apr: z.string(),
  packageDigest: z.string(),
  declaredBy: z.string(),
  acceptedAt: z.string(),
});

/** After *Check answer*. */
export const decidedSchema = checkedSchema.extend({
  decision: z.enum(['approved', 'ask_again', 'no_valid_apr', 'stale', 'rejected']),
  reason: z.string(),
  approval: approvalSchema.optional(),
  /** Absent when the answer did not come from the approver's page. */
  verified: verifiedSchema.optional(),
  /**
   * The newest evidence entry that the last step knew of. With it a tier can append its own entry without reading the
   * whole chain.
   */
  evidence: evidenceHeadSchema.optional(),
});

/** The result of one tier. */
export const tierResultSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Facts of the tier's own proof line. */
  facts: factsSchema,
  /** Facts of the read-only scripts that ran beside the tier, by role or id; a `problem` where one of them failed. */
  beside: z.record(z.string(), factsSchema),
  seconds: z.number(),
});

/** @see tierResultSchema */
export type TierResult = z.infer<typeof tierResultSchema>;

/**
 * What a trial measured: how long the application may have had to wait, and for what. All times are in milliseconds; modes are
 * named as `pg_locks` names them.
 */
export const trialSchema = z.object({
  milliseconds: z.number(),
  /** The strongest lock on each relation that was there before. */
  locks: z.array(z.object({ relation: z.string(), mode: z.string() })),
  /** How long each script took. */
  parts: z.array(z.object({ script: z.string(), milliseconds: z.number() })),
});

/** @see trialSchema */
export type Trial = z.infer<typeof trialSchema>;

/** The state that the trial receives: an answer that was accepted. */
export const approvedSchema = decidedSchema.extend({ approval: approvalSchema });

/** The state that a tier receives. A tier returns the same state with one more result in `tiers`. */
export const tierStateSchema = approvedSchema.extend({
  trial: trialSchema.optional(),
  tiers: z.array(tierResultSchema).default([]),
  /** True once the sealing tier has committed, which is the point of no return. */
  sealed: z.boolean().default(false),
});

/** After *Post checks*; `problems` is empty when everything is as expected. */
export const postCheckedSchema = tierStateSchema.extend({
  postChecks: z.object({ problems: z.array(z.string()), facts: z.record(z.string(), factsSchema) }),
});

/** An error as a Catch stores it under `$.error`. */
export const caughtSchema = z.object({ Error: z.string().nullish(), Cause: z.string().nullish() });
