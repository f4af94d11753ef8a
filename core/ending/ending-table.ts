/** The state in which an execution of RELEASE ends, and what its Fail says: error and cause. Success says nothing. */
export const endStates = {
  complete: { name: 'Release complete' },
  rolledBack: {
    name: 'Rolled back',
    error: 'RolledBack',
    cause: 'A tier failed. The database is exactly as it was before; see the report.',
  },
  nothing: {
    name: 'Nothing to roll back',
    error: 'NothingToRollBack',
    cause: 'A tier failed before this run had changed anything.',
  },
  human: {
    name: 'Needs a human',
    error: 'NeedsAHuman',
    cause: 'The rollback was not proven. Read docs/operator.md, "Needs a human", before anything else.',
  },
  notChecked: {
    name: 'Gate not checked',
    error: 'GateNotChecked',
    cause: 'The gate could not be read. No action taken; see the first state.',
  },
  gateClosed: { name: 'Gate still closed', error: 'GateStillClosed' },
  notApproved: {
    name: 'Not approved',
    error: 'NotApproved',
    cause: 'Rejected, expired, stale or without a valid APR. No action taken.',
  },
} as const;

/** Every way a release can end; the words of the report and of the exit code table. */
export const endings = [
  'released',
  'gate_closed',
  'documents_differ',
  'gate_not_checked',
  'rejected',
  'no_valid_apr',
  'expired',
  'stale',
  'preflight_failed',
  'rolled_back',
  'nothing_to_roll_back',
  'needs_a_human',
] as const;

/** @see endings */
export type EndingName = (typeof endings)[number];

interface EndingRow {
  /** Exit code of `one-roof`; docs/operator.md explains each. */
  readonly exitCode: number;
  /** Where the execution of RELEASE ends. */
  readonly endsIn: (typeof endStates)[keyof typeof endStates];
}

/** The table of endings: what the shell, the state machine and the drawing in the report make of each. */
export const endingTable: Readonly<Record<EndingName, EndingRow>> = {
  released: { exitCode: 0, endsIn: endStates.complete },
  gate_closed: { exitCode: 10, endsIn: endStates.gateClosed },
  documents_differ: { exitCode: 15, endsIn: endStates.gateClosed },
  gate_not_checked: { exitCode: 1, endsIn: endStates.notChecked },
  rejected: { exitCode: 11, endsIn: endStates.notApproved },
  no_valid_apr: { exitCode: 11, endsIn: endStates.notApproved },
  expired: { exitCode: 12, endsIn: endStates.notApproved },
  stale: { exitCode: 12, endsIn: endStates.notApproved },
  preflight_failed: { exitCode: 10, endsIn: endStates.nothing },
  rolled_back: { exitCode: 13, endsIn: endStates.rolledBack },
  nothing_to_roll_back: { exitCode: 13, endsIn: endStates.nothing },
  needs_a_human: { exitCode: 14, endsIn: endStates.human },
};

/** How a release ended, for the report, the last state and the shell. */
export interface Ending {
  readonly name: EndingName;
  /** Exit code of `one-roof`. */
  readonly exitCode: number;
  /** One line, plain English, that says what happened and what the database is now. */
  readonly headline: string;
}

/** An ending with its exit code from the table. */
export function ending(name: EndingName, headline: string): Ending {
  return { name, exitCode: endingTable[name].exitCode, headline };
}
