import * as z from 'zod';

/** Longest tier budget the plan accepts: a tier is awaited by one Lambda (limit 900 s), see design decision 11. */
const MAX_TIER_SECONDS = 600;

/** PostgreSQL cuts application_name silently at 63 bytes; `one-roof/<12 hex>/` takes 22 of them. */
const MAX_SCRIPT_ID_LENGTH = 63 - 'one-roof/0123456789ab/'.length;

/**
 * A proof line pattern must mean the same to JavaScript and to `grep -E` inside the container: anchored, and
 * without escapes such as \d that only one of the two knows. Named groups are allowed: they become typed facts.
 */
const proofPattern = z
  .string()
  .regex(/^\^.*\$$/, 'a proof line pattern is anchored: it starts with ^ and ends with $')
  .refine(
    (pattern) => !/\\[A-Za-z0-9]/.test(pattern),
    'use [0-9] and the like instead of \\d: grep -E must read it too',
  )
  .refine((pattern) => !pattern.includes("'"), 'a proof line pattern holds no single quote: it travels in a shell word')
  .refine(compiles, 'is not a regular expression');

const scriptParameter = z.enum(['ratifiedApr', 'undoReleased', 'overrideChangedRows', 'entrySnapshot']);

/** Where a script lies in its package. */
export const sqlFile = z
  .string()
  .regex(/^[a-z_]+\/[a-z0-9_]+\.sql$/, 'is a path below the package folder, such as prod/10_structure.sql');

/** Why the plan makes an exception: one line, which the approver reads. */
export const planReason = z.string().regex(/^[^\0\r\n]{10,200}$/, 'says why, in one line of 10 to 200 characters');

/** Which of the plan's two roles a script logs in as. */
export type LoginRole = 'writer' | 'reader';

/**
 * A package's script that only reads logs in as the reader: a superuser's rights are then not there to be taken by
 * whatever code its reading may reach.
 */
export function loginRole({ mutates }: { readonly mutates: boolean }): LoginRole {
  return mutates ? 'writer' : 'reader';
}

/** Any SQL file that is sent to the database, as the plan lists it. */
export const scriptSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, 'is made of lower-case letters, digits and hyphens, such as read-check')
      .max(MAX_SCRIPT_ID_LENGTH),
    file: sqlFile,
    seconds: z.int().min(5).max(MAX_TIER_SECONDS),
    mutates: z.boolean().default(false),
    parameters: z.array(scriptParameter).default([]),
    proof: proofPattern,
  })
  .transform((script) => ({ ...script, as: loginRole(script) }));

/** One tier as the plan lists it. */
export const tierSchema = z.strictObject({
  id: z.string().regex(/^[0-9]{1,2}$/, 'is the number of the tier'),
  name: z.string().min(1).max(60),
  file: sqlFile,
  title: z.string().min(1).max(200),
  seconds: z.int().min(5).max(MAX_TIER_SECONDS),
  mutates: z.boolean(),
  seals: z.boolean().default(false),
  beside: z.array(z.string()).default([]),
  /**
   * What the tier's rows in tables of the release carry in `created_by`; absent for a tier that writes no such rows.
   */
  tag: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/, 'is a word of letters, digits and _ . -')
    .optional(),
  /** Why the trial cannot run this tier; it then leaves out what follows as well. Absent for a tier that is tried. */
  untried: planReason.optional(),
  proof: proofPattern,
});

/** Whether a text is a regular expression to JavaScript. */
export function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
