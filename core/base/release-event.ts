import * as z from 'zod';
import { runIdSchema } from './run-id.ts';

/** Where the events of all packages come from, as rules match it. */
export const eventSource = 'one-roof.release';

/** What happened, as `detail-type` says it. */
export const eventTypes = { waits: 'Release waits', released: 'Release ended', rolledBack: 'Rollback ended' } as const;

const common = {
  /** Version of this form. A field that is added does not change it, one that is taken away or means another thing does. */
  version: z.literal(1),
  /** What the package is called. */
  title: z.string(),
  /** The release that this is about; absent only when a failed rollback could not find it. */
  runId: runIdSchema.optional(),
  /** ARN of the execution of RELEASE or of ROLLBACK. */
  execution: z.string(),
  /** When the state was entered: the same in an event that is delivered twice. */
  at: z.iso.datetime(),
};

/** A release waits for an answer, or asks again. */
export const waitsSchema = z.strictObject({
  ...common,
  packageDigest: z.string(),
  waitsFor: z.literal('approval'),
  expiresAt: z.iso.datetime(),
  /** How many answers may still be given. */
  answersLeft: z.int(),
});

/** A release or a rollback has ended. */
export const endedSchema = z.strictObject({
  ...common,
  ending: z.strictObject({
    /** The ending by the name that reports use, for example `rolled_back`. */
    name: z.string(),
    /** The state in which the execution ends. */
    state: z.string(),
    /** What `one-roof` exits with for this ending of a release. */
    exitCode: z.int(),
  }),
  /** Of the package that was released; absent in an event of a rollback, whose report says it. */
  packageDigest: z.string().optional(),
  /** Location of the report, and the head of the evidence; absent when no report could be written. */
  report: z.string().optional(),
  evidenceHead: z.string().optional(),
});

/** An event as EventBridge takes it. */
export interface ReleaseEvent {
  readonly type: (typeof eventTypes)[keyof typeof eventTypes];
  readonly detail: z.infer<typeof waitsSchema> | z.infer<typeof endedSchema>;
}
