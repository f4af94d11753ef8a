import * as z from 'zod';

/** A command that SSM accepted: by its id, SSM and CloudTrail know it, and by the digest anybody who holds the package. */
export const sentCommandSchema = z.strictObject({
  commandId: z.string(),
  /** `one-roof/<run id>/<script id>`. */
  comment: z.string(),
  document: z.string(),
  documentVersion: z.string(),
  /** sha256 (64 hex) of prelude and script, which the wrapper checked inside the container before psql read them. */
  sha256: z.string(),
});

/** @see sentCommandSchema */
export type SentCommand = z.infer<typeof sentCommandSchema>;
