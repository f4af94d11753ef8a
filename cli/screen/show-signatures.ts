import { signedBySentence } from '../../core/base/signing-key.ts';
import { signatureFile } from '../../core/report/signature.ts';
import type { Verification } from '../../core/report/verify.ts';
import type { Terminal } from './terminal.ts';

/** Whose signatures hold, and what they prove: without a key from outside the folder, nothing about their origin. */
export function showSignatures(terminal: Terminal, { signatures }: Verification, compared: boolean): void {
  for (const { base, signer, key } of signatures) {
    terminal.data(`  ${signatureFile(base)} fits the report. Its public key is ${key}, and it names as its signer`);
    terminal.data(`  ${signedBySentence(signer)}.`);
  }
  if (compared) return;
  terminal.data('  Who made the reports, only their signatures can show: pass the public key of the stack with --key.');
}
