import { createPublicKey, type KeyObject } from 'node:crypto';
import { namedDigest } from './digest.ts';

/** The signer of what a machine released itself; any other signer is the ARN of a key of KMS. */
export const machineKey = 'machine';

/** What a signature by this signer proves, for whoever reads a report. */
export function signedBySentence(signer: string): string {
  return signer === machineKey
    ? 'a key of the machine that released, not of AWS: whoever may use that machine may use its key'
    : `the key ${signer} of AWS KMS, which only the function behind Sign report may use`;
}

/** A public key by its digest, by which keys are compared. @throws Error when the text is no public key. */
export function keyDigest(key: KeyObject | string): string {
  const object = typeof key === 'string' ? createPublicKey(key) : key;
  return namedDigest(object.export({ format: 'der', type: 'spki' }));
}

/** The PEM form of a public key. */
export function publicPem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'spki' }).toString();
}
