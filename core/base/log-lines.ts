/**
 * Messages of log lines that something outside the code waits for: CloudWatch counts them and an alarm calls somebody.
 * Writer and metric filter both take them from here, so that neither can change alone.
 */
export const logLines = {
  /** An evidence entry could not be stored; before the seal the release stops, behind it the report shows the gap. */
  evidenceNotWritten: 'evidence not written',
  /** A report could not be stored. The ending is not changed by it. */
  reportNotWritten: 'report not written',
  /** A sealed release does not read back as expected. */
  postChecksDiffer: 'post checks differ',
  /** A release waits for its approval; field `hours`. */
  approvalWaits: 'approval waits',
} as const;

/** Name of the field of *approval waits* that holds how long, in hours. */
export const waitingHours = 'hours';
