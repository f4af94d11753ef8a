import * as z from 'zod';

/**
 * The newest entry of an evidence chain, as far as its writer knows. Each step passes it on in the state, so that the
 * next step can append an entry without reading the store. It may be out of date, but it is never wrong: it is the
 * digest of bytes that the store accepted.
 */
export const evidenceHeadSchema = z.strictObject({
  sequence: z.int().min(1),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

/** @see evidenceHeadSchema */
export type EvidenceHead = z.infer<typeof evidenceHeadSchema>;
