/**
 * The exit codes of `one-roof`: the only place where their numbers are said. Endings, errors and commands name a code
 * from here, and a test compares the table in docs/operator.md.
 */
export const exitCodes = {
  done: 0,
  error: 1,
  usage: 2,
  blocked: 10,
  notApproved: 11,
  tooLate: 12,
  rolledBack: 13,
  needsHuman: 14,
  differs: 15,
  checkFailed: 16,
  drifted: 17,
} as const;

/** What each exit code means, for the help. */
export const exitCodeMeanings: ReadonlyMap<number, string> = new Map([
  [exitCodes.done, 'done, or the gate is READY'],
  [exitCodes.error, 'error'],
  [exitCodes.usage, 'wrong usage'],
  [exitCodes.blocked, 'the gate is BLOCKED, or the release would not end well'],
  [exitCodes.notApproved, 'rejected, or no valid APR'],
  [exitCodes.tooLate, 'the approval expired or is stale'],
  [exitCodes.rolledBack, 'failed or stopped, and rolled back'],
  [exitCodes.needsHuman, 'a human is needed'],
  [exitCodes.differs, 'package or documents are not what was approved'],
  [exitCodes.checkFailed, 'released and sealed, but a post check failed'],
  [exitCodes.drifted, 'what was released is not as it was sealed'],
]);
