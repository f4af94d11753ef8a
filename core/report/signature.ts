import * as z from 'zod';

const FORMAT = 'one-roof-signature/1';

/** The content of `report.sig`: the evidence head of an ending, signed. */
export const signatureSchema = z.strictObject({
  format: z.literal(FORMAT),
  head: z.string(),
  signer: z.string(),
  /** PEM of the key that made the signature; whether it is the right one, only somebody who knows the key can say. */
  publicKey: z.string(),
  /** ECDSA over sha256 of the signed text, DER as base64. */
  signature: z.string(),
});

/** What a signature says, without the name of its form. */
export type Signature = Omit<z.infer<typeof signatureSchema>, 'format'>;

/** The bytes of a signature's file; the one form that is accepted. */
export function renderSignature({ head, signer, publicKey, signature }: Signature): string {
  return `${JSON.stringify({ format: FORMAT, head, signer, publicKey, signature }, null, 2)}\n`;
}

/** Name of the file that holds the signature of a report. */
export function signatureFile(base: string): string {
  return `${base}.sig`;
}

/** The text that is signed. The head covers run, package and every entry; the format keeps the key to this one use. */
export function signedText({ head, signer }: Pick<Signature, 'head' | 'signer'>): string {
  return [FORMAT, signer, head, ''].join('\n');
}
