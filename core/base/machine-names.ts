/**
 * Names of the state machines. Explicit, because operators look for them, and because a function that reads the
 * history of a machine which invokes it can name that machine only by name (a reference would be a cycle).
 */
export const machineNames = {
  release: 'OneRoof-Release',
  rollback: 'OneRoof-Rollback',
  rehearsal: 'OneRoof-Rehearsal',
} as const;

/** @see machineNames */
export type MachineName = (typeof machineNames)[keyof typeof machineNames];
