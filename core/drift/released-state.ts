import * as z from 'zod';
import { runIdSchema } from '../base/run-id.ts';

/** The script that reads the state, by its id; what it prints is described in `sql/runner/drift.sql`. */
export const driftScript = 'drift';

/** The entry of a run that holds its state behind the seal. */
export const sealedStep = 'sealed-state';

/** What an object has, in the order in which `sql/runner/drift/objects.sql` prints the digests. */
export const aspects = [
  'definition',
  'owner',
  'grants',
  'constraints',
  'indexes',
  'triggers',
  'policies',
  'options',
  'comment',
] as const;

/** One thing that an object has. */
export type Aspect = (typeof aspects)[number];

/** The rows of one table: null where the reader may not read them. */
const tableSchema = z
  .object({
    /** How many of them were there at the seal, and the sum of their hashes. */
    rows: z.int(),
    sum: z.string(),
    /** Whether `keys` names every row of the table. */
    whole: z.boolean(),
    /** Digest by key. */
    keys: z.record(z.string(), z.string()),
  })
  .nullable();

/** What the release made and wrote, as the database shows it: digests, owners and keys of rows, never rows or SQL. */
export const releasedStateSchema = z.object({
  /** The run on the stamps; null where nothing carries one. */
  run: z.string().nullable(),
  state: z.string().nullable(),
  server: z.string(),
  snapshot: z.string(),
  /** Releases that build on this one. */
  later: z.array(z.object({ package: z.string(), run: runIdSchema })),
  /** Of everything about the objects; equal digests need no look at the single ones. */
  digest: z.string(),
  /** By object: its aspects, or one digest where all aspects would be too long; null for what is not there. */
  objects: z.record(z.string(), z.union([z.array(z.string().nullable()), z.string(), z.null()])),
  rows: z.record(z.string(), tableSchema),
});

/** @see releasedStateSchema */
export type ReleasedState = z.infer<typeof releasedStateSchema>;
