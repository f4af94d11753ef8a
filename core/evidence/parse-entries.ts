import type { StoredEntry } from '../base/ports.ts';
import { parseJsonAs } from '../base/json.ts';
import { type EvidenceEntry, evidenceEntrySchema } from './evidence.ts';

/** Parses the text of an entry; undefined when it is not an entry. */
export function parseEntry(text: string): EvidenceEntry | undefined {
  return parseJsonAs(evidenceEntrySchema, text);
}

/** The entries that can be read, in order. */
export function parseEntries(stored: readonly StoredEntry[]): EvidenceEntry[] {
  return stored.flatMap(({ text }) => parseEntry(text) ?? []);
}
