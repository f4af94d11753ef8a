import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf, UsageError } from '../../core/base/errors.ts';
import { keyDigest } from '../../core/base/signing-key.ts';

const pem = /-----BEGIN ([A-Z ]+)-----/;

/**
 * The digest of the public key in a file: PEM, or what `aws kms get-public-key --query PublicKey --output text` prints.
 * @throws UsageError when the file cannot be read or holds anything else, a private key included.
 */
export function publicKeyDigest(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    const kind = pem.exec(text)?.[1];
    if (kind === 'PUBLIC KEY') return keyDigest(text);
    if (kind !== undefined) throw new Error(`it holds a ${kind.toLowerCase()}`);
    return keyDigest(createPublicKey({ key: Buffer.from(text.trim(), 'base64'), format: 'der', type: 'spki' }));
  } catch (error) {
    throw new UsageError(`--key ${file} is not a public key, PEM or as KMS prints it: ${messageOf(error)}`);
  }
}
