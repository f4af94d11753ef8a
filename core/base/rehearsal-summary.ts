import * as z from 'zod';
import { runIdSchema } from './run-id.ts';

/** A strong lock that a script of the release held on a relation that existed before the release. */
export const heldLockSchema = z.object({
  /** Script id of the plan, such as `tier-3` or `undo`. */
  script: z.string(),
  relation: z.string(),
  /** The strongest lock mode, as pg_locks names it. */
  mode: z.string(),
  /** Time from the first to the last poll that saw the lock, plus the pause between two polls. */
  milliseconds: z.number(),
});

/** @see heldLockSchema */
export type HeldLock = z.infer<typeof heldLockSchema>;

/** A script, its duration (the seconds from sending it to seeing its end), and what its proof line counted. */
export const timedScriptSchema = z.object({
  id: z.string(),
  seconds: z.number(),
  facts: z.record(z.string(), z.string()).optional(),
});

/** The result of a rehearsal: *Check gate* looks for it, and the approver is shown it. */
export const rehearsalSummarySchema = z.object({
  runId: runIdSchema,
  /** `refused`: it did not begin, as there was no copy to play on, so it says nothing of the package. */
  result: z.enum(['passed', 'failed', 'refused']),
  /** Why the rehearsal failed or was refused; empty when it passed. */
  reason: z.string(),
  /** Identifies the copy: its size in bytes, and the probe of production at the time of copying (JSON text). */
  bytes: z.number(),
  probe: z.string(),
  signature: z.string(),
  copySeconds: z.number(),
  /** Expected duration of the real run from the first tier to the last, in seconds. */
  expectedSeconds: z.number(),
  tiers: z.array(timedScriptSchema),
  locks: z.array(heldLockSchema),
  unlike: z.array(z.string()),
});

/** @see rehearsalSummarySchema */
export type RehearsalSummary = z.infer<typeof rehearsalSummarySchema>;

/** The latest passing rehearsal of a package, as *Check gate* passes it on to the approver. */
export const shownRehearsalSchema = rehearsalSummarySchema.extend({ at: z.string() });

/** @see shownRehearsalSchema */
export type ShownRehearsal = z.infer<typeof shownRehearsalSchema>;
