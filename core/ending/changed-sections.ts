import * as z from 'zod';
import { parseJsonFact } from '../base/json.ts';

const sectionsSchema = z.record(z.string(), z.string());

/** The parts of the fingerprint that are not what they were at entry. */
export function changedSections(entry: string, now: string | undefined): string[] {
  const before = parseJsonFact(sectionsSchema, entry);
  const after = parseJsonFact(sectionsSchema, now);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}
