/**
 * Names of the state machines. They are explicit because operators look for them, and because a function that reads the
 * history of the machine that invokes it can refer to that machine only by name (a reference to the construct would be
 * a cycle).
 */
export const machineNames = {
  release: 'OneRoof-Release',
  rollback: 'OneRoof-Rollback',
  rehearsal: 'OneRoof-Rehearsal',
} as const;

/** @see machineNames */
export type MachineName = (typeof machineNames)[keyof typeof machineNames];
