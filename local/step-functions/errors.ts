/**
 * A definition that the interpreter refuses to run. It is thrown while loading, so that an unknown field is found
 * before the first state runs and not in the middle of a release. The message names the state and the field.
 */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

/**
 * A task failure that Retry and Catch can handle. `error` and `cause` are null where the service has none
 * (SendTaskFailure without fields, recorded on AWS).
 */
export class StateError extends Error {
  override readonly name: string = 'StateError';
  readonly error: string | null;
  readonly reason: string | null;

  constructor(error: string | null, reason: string | null) {
    super(`${error ?? 'null'}: ${reason ?? 'null'}`);
    this.error = error;
    this.reason = reason;
  }
}

/**
 * A task that exceeded TimeoutSeconds or HeartbeatSeconds. It has a history event of its own and no cause (recorded on
 * AWS).
 */
export class TaskTimeout extends StateError {
  override readonly name = 'TaskTimeout';

  constructor() {
    super('States.Timeout', null);
  }
}

/**
 * `States.Runtime`: a path or intrinsic function that failed while the state ran. Neither Retry nor Catch handles it;
 * the execution fails at once. `message` is the part after "An error occurred while executing the state".
 */
export class RuntimeFailure extends Error {
  override readonly name = 'RuntimeFailure';
}

/**
 * Data above the size limit that is no task's result: an output that grew over it, or a payload. The execution fails
 * with States.DataLimitExceeded at once; no recording shows that anything catches it.
 */
export class DataTooLarge extends Error {
  override readonly name = 'DataTooLarge';
}

/** Ends a task or wait whose execution was stopped or timed out; it must never be turned into a failure of the task. */
export class ExecutionEnded extends Error {
  override readonly name = 'ExecutionEnded';
}
