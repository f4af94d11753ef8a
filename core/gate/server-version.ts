import type { Blocking } from './engine-blockers.ts';

/** Major versions of PostgreSQL on which all tests of release, rollback and rehearsal pass. */
export const testedMajors = { first: 15, last: 18 } as const;

/** The major version of `server_version_num`: 160013 is 16. */
export function majorOf(versionNumber: number): number {
  return Math.floor(versionNumber / 10_000);
}

/** A release never runs on a server that nobody has tested it on. `versionNumber` is `server_version_num`. */
export function untestedServer(versionNumber: number): Blocking[] {
  const major = majorOf(versionNumber);
  const { first, last } = testedMajors;
  if (major >= first && major <= last) return [];
  const explanation = `The server is PostgreSQL ${major}, tested are ${first} to ${last}: nothing is released on another.`;
  return [{ code: 'server_version', explanation }];
}
