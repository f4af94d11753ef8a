/** What a fault policy can base its decision on: which command is being sent, and how often it has been sent. */
export interface SentCommand {
  readonly documentName: string;
  readonly comment: string;
  /** 1 for the first SendCommand with this comment, 2 for the next. */
  readonly attempt: number;
}

/**
 * The faults of one SendCommand and of the command that it creates. Each is optional, and they can be combined; all
 * times are in milliseconds. Without faults the stand-in behaves as SSM and its agent normally do.
 */
export interface CommandFaults {
  /**
   * How SendCommand answers. With the first three nothing is accepted. With the others the command is accepted, but the
   * caller does not learn of it: a 500, a cut connection, or no answer until the client gives up.
   */
  readonly send?:
    | 'throttled'
    | 'access-denied'
    | 'server-error'
    | 'accepted-server-error'
    | 'accepted-reset'
    | 'accepted-silence';
  /** How long GetCommandInvocation answers InvocationDoesNotExist. */
  readonly invisibleFor?: number;
  /**
   * Delays the delivery to the agent by this much. The agent does not start a command that arrives after
   * TimeoutSeconds.
   */
  readonly deliverAfter?: number;
  /** Makes the agent start a command although it arrives late: AWS does not rule that out. */
  readonly startsThoughLate?: boolean;
  /** Delivers the command a second time, this long after the first and under a CommandId of its own. */
  readonly duplicateAfter?: number;
  /** The agent restarts this long after the command ended and runs it again; the second end is reported. */
  readonly runAgainAfter?: number;
  /** Somebody cancels the command this long after it was accepted. */
  readonly cancelAfter?: number;
  /** Kills the script's process group (including docker's client) this long after its start, as its time-out would. */
  readonly killAfter?: number;
  /** The agent's worker dies this long after the start: SSM shows Failed although the script goes on. */
  readonly workerDiesAfter?: number;
  /**
   * SSM gives up this long after acceptance: it shows DeliveryTimedOut although the script goes on, and the reply is
   * lost.
   */
  readonly deliveryTimedOutAfter?: number;
  /** The agent sees this exit code instead of the script's own, for example 137, 168, 169 or 194. */
  readonly exitCode?: number;
  /** How many of the first characters of standard output SSM keeps; 0 keeps nothing. */
  readonly outputLimit?: number;
}

/** Decides for each SendCommand what goes wrong; undefined means that nothing does. */
export type FaultPolicy = (command: SentCommand) => CommandFaults | undefined;
