import { createPublicKey, verify } from 'node:crypto';
import { parseJsonAs } from '../base/json.ts';
import { keyDigest, publicPem } from '../base/signing-key.ts';
import type { Report } from './build.ts';
import type { ReportFolder } from './run-folder.ts';
import { renderSignature, type Signature, signatureFile, signatureSchema, signedText } from './signature.ts';
import type { Finding } from './verify-chain.ts';

/** A report whose signature fits its evidence. */
export interface SignedReport {
  readonly base: string;
  /** Who signed, as the report and its signature say. */
  readonly signer: string;
  /** Digest of the key that signed, which proves it to whoever knows that key. */
  readonly key: string;
}

/** What is known of the signature of one report. */
interface Judged {
  readonly signed?: SignedReport;
  readonly finding?: Finding;
}

/** The digest of the key that made a signature; undefined when it was not made by the key that it holds. */
function signedBy(given: Signature): string | undefined {
  try {
    const key = createPublicKey(given.publicKey);
    const signature = Buffer.from(given.signature, 'base64');
    const plain = publicPem(key) === given.publicKey && signature.toString('base64') === given.signature;
    return plain && verify('sha256', Buffer.from(signedText(given)), key, signature) ? keyDigest(key) : undefined;
  } catch {
    return undefined;
  }
}

/** Compares the signature of a report with its evidence, and with the signer that the report names. */
export function judgeSignature(base: string, folder: ReportFolder, report: Report | undefined): Judged {
  const file = signatureFile(base);
  const wrong = (problem: string): Judged => ({ finding: { file, problem } });
  const named = report?.signer;
  if (!folder.has(file)) return named === undefined ? {} : wrong('is missing');
  const text = folder.get(file);
  const signature = parseJsonAs(signatureSchema, text);
  if (signature === undefined || renderSignature(signature) !== text) return wrong('is not a signature');
  const { head, signer } = signature;
  if (head !== report?.evidence.head)
    return wrong(`signs the head ${head}, and this report has another: its evidence is not what was signed`);
  const key = signedBy(signature);
  if (key === undefined) return wrong('does not hold: the key in it did not sign this head');
  if (signer !== named) return wrong(`is by ${signer}, and the report names ${named ?? 'none'}`);
  return { signed: { base, signer, key } };
}

/**
 * What the public keys that somebody trusts say about a folder: each report has to be signed by one of them. Keys are
 * given by their digests.
 */
export function* strangeSignatures(
  bases: readonly string[],
  signatures: readonly SignedReport[],
  trusted: readonly string[],
): Generator<string> {
  for (const base of bases) {
    const signed = signatures.find((candidate) => candidate.base === base);
    const file = signatureFile(base);
    if (signed === undefined) yield `key: ${base} has no signature that holds, so nothing proves where it comes from`;
    else if (!trusted.includes(signed.key))
      yield `key: ${file} is by the key ${signed.key}, and you passed ${trusted.join(', ')}: this evidence comes from somewhere else, unless that was the key before a rotation; then pass its public key too, with a further --key`;
  }
}
