/** What a fault policy may look at: which command is being sent, and for the how-manieth time. */
export interface SentCommand {
  readonly documentName: string;
  readonly comment: string;
  /** 1 for the first SendCommand with this comment, 2 for the next. */
  readonly attempt: number;
}

/**
 * What goes wrong with one SendCommand and with the command it makes. Everything is optional and may be combined;
 * all times are milliseconds. Without any, the stand-in does what SSM and its agent do on a good day.
 */
export interface CommandFaults {
  /**
   * How SendCommand answers. The first three accept nothing; the others accept the command and then hide it:
   * behind a 500, behind a cut connection, or behind silence until the client gives up.
   */
  readonly send?:
    'throttled' | 'access-denied' | 'server-error' | 'accepted-server-error' | 'accepted-reset' | 'accepted-silence';
  /** GetCommandInvocation answers InvocationDoesNotExist for this long. */
  readonly invisibleFor?: number;
  /** Delivery to the agent happens this much later; past TimeoutSeconds the agent does not start it... */
  readonly deliverAfter?: number;
  /** ...unless this is set: the late delivery that AWS does not rule out. */
  readonly startsThoughLate?: boolean;
  /** A second delivery this long after the first, under a CommandId of its own. */
  readonly duplicateAfter?: number;
  /** The agent restarts this long after the command ended and runs it again; the second end is reported. */
  readonly runAgainAfter?: number;
  /** Somebody cancels the command this long after it was accepted. */
  readonly cancelAfter?: number;
  /** The script's process group (docker's client included) is killed this long after its start: as by its time-out. */
  readonly killAfter?: number;
  /** The agent's worker dies this long after the start: SSM says Failed while the script goes on. */
  readonly workerDiesAfter?: number;
  /** SSM gives up this long after acceptance: DeliveryTimedOut, while the script goes on and its reply is lost. */
  readonly deliveryTimedOutAfter?: number;
  /** The agent sees this exit code instead of the script's own, for example 137, 168, 169 or 194. */
  readonly exitCode?: number;
  /** What SSM keeps of standard output: nothing, or only so many of its first characters. */
  readonly outputLimit?: number;
}

/** Decides per SendCommand what goes wrong; undefined is a good day. */
export type FaultPolicy = (command: SentCommand) => CommandFaults | undefined;
