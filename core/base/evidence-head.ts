import * as z from 'zod';

/**
 * The newest entry of a chain as its writer knew it. A step that returns a state hands it on, and the next entry can
 * follow without reading the store. It may be old, never wrong: it is the digest of bytes that the store took once.
 */
export const evidenceHeadSchema = z.strictObject({
  sequence: z.int().min(1),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

/** @see evidenceHeadSchema */
export type EvidenceHead = z.infer<typeof evidenceHeadSchema>;
