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

const scriptParameter = z.enum(['ratifiedApr', 'undoReleased', 'overrideChangedRows']);

const sqlFile = z.string().regex(/^[a-z_]+\/[a-z0-9_]+\.sql$/, 'is a path below sql/, such as prod/10_structure.sql');

const scriptSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .max(MAX_SCRIPT_ID_LENGTH),
  file: sqlFile,
  seconds: z.int().min(5).max(MAX_TIER_SECONDS),
  as: z.enum(['writer', 'reader']).default('writer'),
  mutates: z.boolean().default(false),
  parameters: z.array(scriptParameter).default([]),
  proof: proofPattern,
});

const tierSchema = z.strictObject({
  id: z.string().regex(/^[0-9]{1,2}$/, 'is the number of the tier'),
  name: z.string().min(1).max(60),
  file: sqlFile,
  title: z.string().min(1).max(200),
  seconds: z.int().min(5).max(MAX_TIER_SECONDS),
  mutates: z.boolean(),
  seals: z.boolean().default(false),
  before: z.array(z.string()).default([]),
  /** What the tier's rows in tables of the release carry in `created_by`; absent for a tier that writes no such rows. */
  tag: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/, 'is a word of letters, digits and _ . -')
    .optional(),
  proof: proofPattern,
});

const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'is a plain PostgreSQL name');

/** What the release creates, by name: what carries its stamp, and what its rollback drops. */
const createsSchema = z.strictObject({
  tables: z.array(identifier).default([]),
  views: z.array(identifier).default([]),
  functions: z
    .array(z.string().regex(/^[a-z_][a-z0-9_]*\([a-z0-9_ ,[\]]*\)$/, 'is a signature, such as fn_scan(text, text)'))
    .default([]),
});

/** A relation that is there before the release: the strongest lock that a script takes on it, and what becomes of its rows. */
const existingSchema = z.strictObject({
  relation: identifier,
  lock: z.enum([
    'row exclusive',
    'share update exclusive',
    'share',
    'share row exclusive',
    'exclusive',
    'access exclusive',
  ]),
  rows: z.enum(['kept', 'inserted', 'updated']),
});

/** A path below the package folder: a script, or a folder whose scripts are meant. */
const copyPath = z.string().regex(/^[a-z_]+\/([a-z0-9_]+\.sql)?$/, 'is a script or a folder, such as prod/');

/** What `one-roof update` writes: self-contained copies of a script, or of every script of a folder, for psql's stdin. */
const copySchema = z
  .strictObject({ from: copyPath, to: copyPath })
  .refine(
    ({ from, to }) => from.endsWith('/') === to.endsWith('/'),
    'copies a script to a script, or a folder to a folder',
  )
  .refine(({ from, to }) => from !== to, 'copies a script onto itself');

/** The shape of `sql/release.json`; `sql/release.schema.json` is generated from it for editors. */
export const planSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/),
  database: identifier,
  writer: identifier,
  reader: identifier,
  expected: z.strictObject({
    inventory: z.int().positive(),
    scopes: z.int().positive(),
    gap: z.int().positive(),
    ownership: z.int().positive(),
    objects: z.int().positive(),
    owners: z.record(z.string().regex(/^[A-Z0-9-]+$/), z.string().regex(/^[A-Z0-9-]+$/)),
  }),
  approval: z.strictObject({
    requestType: z.string().regex(/^[a-z_]+$/),
    action: z.string().regex(/^[a-z_]+$/),
    answers: z.int().min(1).max(10),
  }),
  creates: createsSchema,
  existing: z.array(existingSchema).default([]),
  copies: z.array(copySchema).default([]),
  tiers: z.array(tierSchema).min(1),
  scripts: z.array(scriptSchema).min(1),
});

/** One tier: a state, a function, a role, a document and a transaction of the release. */
export type Tier = z.infer<typeof tierSchema>;
/** Any SQL file that is sent to the database: a tier's, or one of the plan's `scripts`. */
export type Script = z.infer<typeof scriptSchema>;
/** The only place where a tier is named; obtained from {@link parsePlan} alone. */
export type ReleasePlan = z.infer<typeof planSchema>;

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
