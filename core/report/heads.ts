import { namedDigest } from '../base/digest.ts';
import { closingSchema, isClosingStep } from '../ending/closing.ts';
import type { FolderEntry } from './verify-chain.ts';

/** The part of an entry that a reader of heads needs. */
export interface LaterEntry {
  readonly file: string;
  readonly step: string;
}

/**
 * An entry that closed a report, and the entries that were appended after it. The digest of the closing entry is the
 * head that was sent out or logged at that moment. It covers the entries up to and including the closing entry, and
 * none after it.
 */
export interface ClosedHead extends LaterEntry {
  readonly head: string;
  /** Name of the execution of RELEASE or ROLLBACK that wrote the closing entry; undefined when it cannot be read. */
  readonly execution: string | undefined;
  readonly addedAfterwards: readonly LaterEntry[];
}

/** The heads at which reports were written, oldest first. Somebody may have kept any of them. */
export function closedHeads(entries: readonly FolderEntry[]): ClosedHead[] {
  const all = entries.map(({ file, entry }) => ({ file, step: entry?.step ?? 'cannot be read' }));
  return entries.flatMap(({ file, text, entry }, index): ClosedHead[] => {
    if (text === undefined || entry === undefined || !isClosingStep(entry.step)) return [];
    const execution = closingSchema.safeParse(entry.facts).data?.execution.name;
    return [{ file, step: entry.step, head: namedDigest(text), execution, addedAfterwards: all.slice(index + 1) }];
  });
}

/** Who appended the entries after a head, in plain words: the executions whose closing entries are among them. */
export function addedBy(heads: readonly ClosedHead[], { addedAfterwards }: ClosedHead): string {
  const later = new Set(addedAfterwards.map(({ file }) => file));
  const names = heads
    .filter(({ file }) => later.has(file))
    .map(({ step, execution = '(cannot be read)' }) => {
      return step === 'ending' ? `the release ${execution}` : `the rollback ${execution}`;
    });
  return names.length === 0 ? 'nobody who reported it' : [...new Set(names)].join(' and ');
}
