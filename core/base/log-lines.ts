/**
 * Messages of log lines that are watched from outside the code: CloudWatch metric filters count them, and alarms call
 * somebody. The code that writes a line and its metric filter both take the message from here, so that neither can
 * change alone.
 */
export const logLines = {
  /**
   * An evidence entry could not be stored. Before the seal the release stops; after the seal the report shows the gap.
   */
  evidenceNotWritten: 'evidence not written',
  /** A report could not be stored. This does not change how the run ended. */
  reportNotWritten: 'report not written',
  /** A sealed release does not read back as expected. */
  postChecksDiffer: 'post checks differ',
  /** What a release made or wrote is not as it was sealed. */
  drifted: 'released state differs from its seal',
  /** A release is waiting for its approval; the field `hours` says how long. */
  approvalWaits: 'approval waits',
} as const;

/** Name of the field of *approval waits* that holds the waiting time in hours. */
export const waitingHours = 'hours';
