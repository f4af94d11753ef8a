import * as z from 'zod';
import { namedDigest } from '../base/digest.ts';
import type { Environment } from '../base/environment.ts';
import { EvidenceNotSigned } from '../base/errors.ts';
import type { StoredEntry } from '../base/ports.ts';
import { runIdOf, runIdSchema } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';
import type { SignerPorts } from '../base/step-ports.ts';
import { reportBase } from '../ending/closing.ts';
import { chainProblems } from '../evidence/chain.ts';
import { parseEntry } from '../evidence/parse-entries.ts';
import { renderSignature, signatureFile, signedText } from './signature.ts';

/** What *Write report* of either machine leaves in the state; no head when there was nothing to report. */
const reportedSchema = z.object({ runId: runIdSchema.optional(), evidenceHead: z.string().optional() });

/**
 * Base name of the report whose head this is. Only what stands in the store is signed, never a text of the state.
 * @throws EvidenceNotSigned when the head closes no report, or the chain below it is broken.
 */
function reportAt(stored: readonly StoredEntry[], head: string): string {
  const last = stored.findIndex(({ text }) => namedDigest(text) === head);
  const texts = stored.slice(0, last + 1).map(({ text }) => text);
  const entry = parseEntry(texts.at(-1) ?? '');
  const base = entry === undefined ? undefined : reportBase(entry);
  if (base === undefined) throw new EvidenceNotSigned(`no stored entry that closes a report has the digest ${head}`);
  const [problem] = chainProblems(texts);
  if (problem !== undefined) throw new EvidenceNotSigned(`the chain below ${head} is broken: ${problem}`);
  return base;
}

/**
 * State *Sign report* of RELEASE and ROLLBACK: signs the head of the report that was just written, and stores the
 * signature beside it. It decides nothing: both machines drop its result, and its error.
 * @throws EvidenceNotSigned, or the error of KMS or of the store; an alarm counts them.
 */
export function signReport({ SIGNING_KEY: signer }: Environment<'sign-report'>, ports: SignerPorts) {
  return async (event: unknown): Promise<void> => {
    const { state, execution } = parseStep(reportedSchema, event);
    const { runId = runIdOf(execution.Id), evidenceHead: head } = state;
    if (head === undefined) return;
    const base = reportAt(await ports.evidence.list(runId), head);
    const publicKey = await ports.signer.publicKey();
    const signature = await ports.signer.sign(signedText({ head, signer }));
    const text = renderSignature({ head, signer, publicKey, signature });
    await ports.evidence.writeReport(runId, signatureFile(base), text);
  };
}
