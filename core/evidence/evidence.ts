import * as z from 'zod';
import { canonicalJson, namedDigest } from '../base/digest.ts';
import { EvidenceNotWritten } from '../base/errors.ts';
import type { EvidenceHead } from '../base/evidence-head.ts';
import { logLines } from '../base/log-lines.ts';
import type { BasePorts } from '../base/step-ports.ts';
import { sentCommandSchema } from '../base/sent-command.ts';

/** `previous` of a run's first entry. */
export const CHAIN_START = 'sha256:none';
/** Attempts to append, as a second writer may take the next number first: a rollback beside a late step. */
const MAX_RACES = 5;

/** One evidence entry: facts of one step, chained to the bytes of the entry before it. */
export const evidenceEntrySchema = z.strictObject({
  runId: z.string(),
  sequence: z.int().min(1),
  step: z.string(),
  at: z.string(),
  packageDigest: z.string(),
  /** `sha256:` of the exact bytes of entry `sequence - 1`. */
  previous: z.string(),
  facts: z.record(z.string(), z.unknown()),
  /** What the step had sent when it wrote this; absent where it had sent nothing. */
  commands: z.array(sentCommandSchema).optional(),
});

/** @see evidenceEntrySchema */
export type EvidenceEntry = z.infer<typeof evidenceEntrySchema>;

/** What a step records of itself. */
export interface StepFacts {
  readonly runId: string;
  readonly step: string;
  readonly packageDigest: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

async function newest(ports: BasePorts, runId: string): Promise<EvidenceHead | undefined> {
  const last = (await ports.evidence.list(runId)).at(-1);
  return last === undefined ? undefined : { sequence: last.sequence, digest: namedDigest(last.text) };
}

/** Writes the entry that follows `head`; undefined when its number is taken, because `head` is out of date. */
async function writeAfter(
  ports: BasePorts,
  entry: StepFacts,
  head: EvidenceHead | undefined,
): Promise<EvidenceHead | undefined> {
  const sequence = (head?.sequence ?? 0) + 1;
  const at = ports.clock.now().toISOString();
  const { commandsSent: commands = [] } = ports;
  const sent = commands.length === 0 ? {} : { commands };
  const text = canonicalJson({ ...entry, ...sent, sequence, at, previous: head?.digest ?? CHAIN_START });
  const written = await ports.evidence.write(entry.runId, sequence, text);
  return written ? { sequence, digest: namedDigest(text) } : undefined;
}

/** The error of an entry that was not written, logged where it arises, so that the alarm hears of each one. */
function notWritten(ports: BasePorts, { runId, step }: StepFacts, why: string, options?: ErrorOptions): Error {
  ports.log.warn(logLines.evidenceNotWritten, { runId, step });
  return new EvidenceNotWritten(`Evidence of "${step}" was not written${why}`, options);
}

/**
 * Appends one entry to the run's hash chain and returns the chain's new head. It is an optimistic append: the entry is
 * written after `head`, and if its number is taken, because another writer was first, the chain is read again and the
 * entry is written after its newest one. The store refuses a number that is taken, so nothing is ever overwritten.
 * @throws EvidenceNotWritten when the store cannot be written, with the store's error as cause.
 */
export async function recordEvidence(ports: BasePorts, entry: StepFacts, head?: EvidenceHead): Promise<EvidenceHead> {
  try {
    let written = head === undefined ? undefined : await writeAfter(ports, entry, head);
    for (let race = 0; written === undefined && race < MAX_RACES; race += 1) {
      written = await writeAfter(ports, entry, await newest(ports, entry.runId));
    }
    if (written !== undefined) return written;
  } catch (error) {
    throw notWritten(ports, entry, '', { cause: error });
  }
  throw notWritten(ports, entry, `: its number was taken ${MAX_RACES} times`);
}

/**
 * Appends an entry where a missing one must not stop anything, which is after the point of no return and during a
 * rollback; the report then shows the gap. Resolves to the chain's new head; undefined when nothing was written.
 */
export async function recordEvidenceIfPossible(
  ports: BasePorts,
  entry: StepFacts,
  head?: EvidenceHead,
): Promise<EvidenceHead | undefined> {
  try {
    return await recordEvidence(ports, entry, head);
  } catch (error) {
    if (!(error instanceof EvidenceNotWritten)) throw error;
    return undefined;
  }
}

/** Records that a step failed and by which name, if the store can still be written; the step then rethrows. */
export async function recordFailure(ports: BasePorts, entry: Omit<StepFacts, 'facts'>, error: unknown): Promise<void> {
  const facts = error instanceof Error ? { error: error.name, message: error.message } : { error: 'unknown' };
  await recordEvidenceIfPossible(ports, { ...entry, step: `${entry.step}-failed`, facts });
}
