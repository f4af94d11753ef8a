/**
 * The engine's own blockers, which apply to every package, each with its remedy. A package's blockers are not here:
 * they are data of its gate script.
 */
export const engineBlockers = {
  documents_differ: 'The deployed commands are not those of this package. Deploy again, and find out who changed them.',
  untrusted_code:
    'Code of a role that is no superuser would run with the release. Give it to a superuser who has read it, or take it away.',
  unplanned_trigger:
    'Something of the database’s own acts when the release writes. Name it in the plan when that is meant, or switch it off.',
  reader_login: 'The role that has to read the result cannot. Let it in before a release.',
  read_only: 'The database wants no writes. Ask whoever said so.',
  commits_wait: 'Every COMMIT would wait for a standby that does not answer. Bring it back, or take it off the list.',
  prepared_transaction: 'A prepared transaction locks what the release needs. End it.',
  required_package: 'A package that this one builds on is not released here. Release it first, up to its seal.',
  track_counts: 'The server counts no written rows. Switch track_counts on.',
  server_version:
    'The release is not tested on this version of PostgreSQL. Update this tool to one that is, or wait with the release.',
  clock_skew: 'The clocks of the server and of AWS disagree. Repair the time synchronisation.',
  frozen:
    'Changes are frozen. Wait for the end of the freeze, or ask whoever keeps the change calendar for an exception.',
  node_offline: 'The server cannot be reached. Check its Systems Manager agent.',
  rehearsal_missing: 'This package was never rehearsed. Rehearse it.',
  rehearsal_of_another_package: 'Only other packages were rehearsed. Rehearse exactly this one.',
  rehearsal_failed: 'The last rehearsal of this package failed. Find out why, and rehearse it again.',
  rehearsal_stale: 'The last rehearsal of this package is too old. Rehearse it again.',
} as const;

/** A blocker of the engine's own, without its semicolon. */
export type EngineBlocker = keyof typeof engineBlockers;

/** The blockers that `runner/foresight.sql` finds. */
export const foreseen = [
  'untrusted_code',
  'unplanned_trigger',
  'reader_login',
  'read_only',
  'commits_wait',
  'prepared_transaction',
  'required_package',
  'track_counts',
] as const satisfies readonly EngineBlocker[];

/** Why the engine keeps the gate closed: which blocker, and this time's figures in a sentence. */
export interface Blocking {
  readonly code: EngineBlocker;
  readonly explanation: string;
}

/** The blocker as the gate's text of blockers holds it. */
export function codeOf({ code }: Blocking): string {
  return `${code};`;
}

/** What to do about a blocker of the engine; undefined for one that is a package's. */
export function engineRemedy(code: string): string | undefined {
  return Object.entries(engineBlockers).find(([name]) => name === code)?.[1];
}
