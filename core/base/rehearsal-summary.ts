import * as z from 'zod';

/** A strong lock that a script of the release held on a relation that was there before it. */
export const heldLockSchema = z.object({
  /** Script id of the plan, such as `tier-3` or `undo`. */
  script: z.string(),
  relation: z.string(),
  /** The strongest mode, as pg_locks writes it. */
  mode: z.string(),
  /** From the first to the last look at it, with the pause between two looks added. */
  milliseconds: z.number(),
});

/** @see heldLockSchema */
export type HeldLock = z.infer<typeof heldLockSchema>;

/** A script and the seconds from sending it to seeing its end. */
export const timedScriptSchema = z.object({ id: z.string(), seconds: z.number() });

/** What a rehearsal came to: what Check gate looks for and what an approver is shown. */
export const rehearsalSummarySchema = z.object({
  runId: z.string(),
  result: z.enum(['passed', 'failed']),
  /** Why it failed; empty when it passed. */
  reason: z.string(),
  /** Which copy: size in bytes, and the probe of production when it was made (JSON text). */
  bytes: z.number(),
  probe: z.string(),
  signature: z.string(),
  copySeconds: z.number(),
  /** What the real run will take from the first tier to the last, in seconds. */
  expectedSeconds: z.number(),
  tiers: z.array(timedScriptSchema),
  locks: z.array(heldLockSchema),
  unlike: z.array(z.string()),
});

/** @see rehearsalSummarySchema */
export type RehearsalSummary = z.infer<typeof rehearsalSummarySchema>;

/** The latest passing rehearsal of a package as the gate carries it to the approver. */
export const shownRehearsalSchema = rehearsalSummarySchema.extend({ at: z.string() });

/** @see shownRehearsalSchema */
export type ShownRehearsal = z.infer<typeof shownRehearsalSchema>;
