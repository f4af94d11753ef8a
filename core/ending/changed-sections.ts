import * as z from 'zod';
import { parseJsonFact } from '../base/json.ts';
import { isCrashJump } from './sequence-jump.ts';

const sectionsSchema = z.record(z.string(), z.string());
/** No section, but the version of the server that took the fingerprint, such as `16.13`. */
export const server = 'server';

/** The names of the fingerprint's sections that differ between entry and now. */
export function changedSections(entry: string, now: string | undefined): string[] {
  const before = sectionsOf(entry);
  const after = sectionsOf(now);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => name !== server && before[name] !== after[name]).sort();
}

/** The parts that differ, apart from the sequences that a crash of the server may have moved. */
export function withoutCrashJumps(changed: readonly string[], entry: string, now: string | undefined) {
  const [before, after] = [sectionsOf(entry), sectionsOf(now)];
  const moved = changed.filter((name) => name.startsWith('sequence_') && isCrashJump(before[name], after[name]));
  return { differing: changed.filter((name) => !moved.includes(name)), moved };
}

/** Digest by section; sequences in clear. */
export type Sections = z.output<typeof sectionsSchema>;

/** The sections of a fingerprint by its JSON. @throws InputInvalid when it is none. */
export function sectionsOf(json: string | undefined): Sections {
  return parseJsonFact(sectionsSchema, json);
}

/**
 * Says that two fingerprints are of different major versions of PostgreSQL, which print some sections differently;
 * empty when they are not, or when one of them does not name its server.
 */
export function serverUpgrade({ [server]: before = '' }: Sections, { [server]: after = '' }: Sections): string {
  if (before === '' || after === '' || Number.parseInt(before) === Number.parseInt(after)) return '';
  return (
    `The server was PostgreSQL ${before} then and is ${after} now: major versions print some sections differently, ` +
    'so these prove nothing; compare with a dump of before, restored on the new version.'
  );
}
