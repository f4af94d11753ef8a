import * as z from 'zod';
import { isCodeOf, MAX_CODE_LENGTH } from './approval-code.ts';
import { compiles, planReason, scriptSchema, sqlFile, tierSchema } from './script-schema.ts';

const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'is a plain PostgreSQL name');

const packageName = /^[a-z][a-z0-9-]{0,30}$/;

const signature = z
  .string()
  .regex(/^[a-z_][a-z0-9_]*\([a-z0-9_ ,[\]]*\)$/, 'is a signature, such as fn_scan(text, text)');

/** What the release creates, by name: what carries its stamp, and what its rollback drops. */
const createsSchema = z.strictObject({
  tables: z.array(identifier).default([]),
  views: z.array(identifier).default([]),
  functions: z.array(signature).default([]),
});

/**
 * A relation that is there before the release: the strongest lock that a script takes on it, what becomes of its rows, and
 * what is added to it.
 */
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
  rows: z.enum(['kept', 'inserted', 'updated', 'deleted']),
  /** The column, or the columns, by which rows that are updated or deleted are known again: unique, and never null. */
  key: z.union([identifier, z.array(identifier).min(2)]).optional(),
  /** Columns and indexes that the release adds to it. */
  columns: z.array(identifier).default([]),
  indexes: z.array(identifier).default([]),
});

/** Free variables of the scripts, by name; each is a psql variable and the setting `one_roof.<name>`. */
const variablesSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{0,40}$/, 'is a name of lower-case letters, digits and _'),
  z.string({ error: 'is a text, also where it is a number: "35"' }).regex(/^[^\0\r\n]*$/, 'is one line'),
);

/** A path below the package folder: a script, or a folder whose scripts are meant. */
const copyPath = z.string().regex(/^[a-z_]+\/([a-z0-9_]+\.sql)?$/, 'is a script or a folder, such as prod/');

/**
 * What `one-roof update` writes: self-contained copies of a script, or of every script of a folder, for psql's stdin.
 */
const copySchema = z
  .strictObject({ from: copyPath, to: copyPath })
  .refine(
    ({ from, to }) => from.endsWith('/') === to.endsWith('/'),
    'copies a script to a script, or a folder to a folder',
  )
  .refine(({ from, to }) => from !== to, 'copies a script onto itself');

/**
 * The form of the approval code: it is checked by the command document, by the approver's commands and by the database.
 */
const codeSchema = z
  .strictObject({
    pattern: z
      .string()
      .regex(/^\^.*\$$/, 'is anchored: it starts with ^ and ends with $')
      .refine(compiles, 'is not a regular expression')
      .refine(
        (pattern) => !/\\[A-Za-z0-9]/.test(pattern),
        'says [0-9] and the like instead of \\d: PostgreSQL must read it too',
      ),
    maxLength: z.int().min(1).max(MAX_CODE_LENGTH),
    /** A code of this form, for texts that show one. */
    example: z.string(),
  })
  .refine((form) => !compiles(form.pattern) || isCodeOf(form), {
    path: ['example'],
    message: 'is not a code of this form',
  });

/** A finding that somebody has looked at and accepts: all those of one rule in one file. */
const acceptedSchema = z.strictObject({
  rule: z.string().regex(/^[a-z][a-z-]*$/, 'is the id of a rule, as one-roof check prints it'),
  file: sqlFile,
  reason: planReason,
});

const approvalSchema = z.strictObject({
  /** How often a release may be answered before it gives up. */
  answers: z.int().min(1).max(10),
  code: codeSchema,
  /** How many different people have to approve; more than one can do so on the approver's page only. */
  people: z.int().min(1).max(9).default(1),
  /**
   * Tables that every tier that writes looks into before its first change: the request that was approved, and the
   * signature.
   */
  request: identifier,
  signature: identifier,
});

/** What the watch over the released state has to know of rows: which ones are the application's, which the release's. */
const driftSchema = z.strictObject({
  /** Tables that the release creates and whose rows the application changes afterwards. */
  changing: z.array(identifier).default([]),
  /** Rows that the release adds to relations of `existing`: those with this value in this column. */
  rows: z
    .array(
      z.strictObject({
        relation: identifier,
        column: identifier,
        value: z.string().regex(/^[A-Za-z0-9_.:-]+$/, 'is a word of letters, digits and _ . : -'),
      }),
    )
    .default([]),
});

const scriptId = z.string().min(1);

/** Which script of the plan plays which part; what each of them has to print stands in docs/package.md. */
const rolesSchema = z.strictObject({
  gate: scriptId,
  approval: scriptId,
  probe: scriptId,
  contract: scriptId,
  outcome: scriptId,
  undo: scriptId,
  prepare: scriptId,
});

/** The shape of `release.json`; `sql/release.schema.json` is generated from it for editors. */
export const planSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(packageName, 'is made of lower-case letters, digits and hyphens, such as one-roof'),
  title: z.string().min(1).max(60),
  database: identifier,
  writer: identifier,
  reader: identifier,
  approval: approvalSchema,
  /** Packages, by name, that have to be released and sealed in this database before. */
  requires: z.array(z.string().regex(packageName, 'is the name of a package')).default([]),
  variables: variablesSchema.default({}),
  creates: createsSchema,
  existing: z.array(existingSchema).default([]),
  /** Views and functions that are there before and that the release replaces; its undo puts them back. */
  replaces: z
    .strictObject({ views: z.array(identifier).default([]), functions: z.array(signature).default([]) })
    .optional(),
  /** The first table of `creates`, in which the release keeps what was there before it changed it. */
  keeps: identifier.optional(),
  /**
   * Relations that are there before and only read, views by themselves: what the release proves free of strangers' code
   * before it reads them.
   */
  reads: z.array(identifier).default([]),
  /**
   * Event triggers by name, and triggers, rules and foreign keys on relations whose rows are written as
   * `relation.name`: everything that may run by itself while the release writes. One that is not listed closes the
   * gate.
   */
  triggers: z
    .array(z.string().regex(/^([a-z_][a-z0-9_]*\.)?[A-Za-z_][A-Za-z0-9_$]*$/, 'is a name, or relation.name'))
    .default([]),
  /** Tables on whose rows others act at once: no script may write to them. */
  emits: z.array(identifier).default([]),
  copies: z.array(copySchema).default([]),
  drift: driftSchema.optional(),
  /** Findings of `one-roof check` that do not stop this package, each with the reason that the approver reads. */
  acceptedFindings: z.array(acceptedSchema).default([]),
  roles: rolesSchema,
  words: z.array(z.string().regex(/^[A-Za-z0-9_]+([-.][A-Za-z0-9_]+)*$/, 'is one word')).default([]),
  tiers: z.array(tierSchema).min(1),
  scripts: z.array(scriptSchema).min(1),
});

/** One tier: a state, a function, a role, a document and a transaction of the release. */
export type Tier = z.infer<typeof tierSchema>;
/** Any SQL file that is sent to the database: a tier's, one of the plan's `scripts`, or one of the engine's own. */
export type Script = z.infer<typeof scriptSchema>;
/** The only place where a tier is named; obtained from {@link parsePlan} alone. */
export type ReleasePlan = z.infer<typeof planSchema>;
/** A part that a script of the plan can play. */
export type Role = keyof ReleasePlan['roles'];
