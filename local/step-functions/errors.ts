/**
 * A definition we refuse to run. Thrown while loading, so that an unknown field is found before the first state
 * runs and not in the middle of a release. `state` and `field` are in the message.
 */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
}

/**
 * A task that failed in a way that Retry and Catch may see. `error` and `cause` are null where the service has
 * none (SendTaskFailure without fields, recorded on AWS).
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

/** A task that ran into TimeoutSeconds or HeartbeatSeconds: its own history event, and no cause (recorded on AWS). */
export class TaskTimeout extends StateError {
  override readonly name = 'TaskTimeout';

  constructor() {
    super('States.Timeout', null);
  }
}

/**
 * `States.Runtime`: a path or intrinsic function that failed while the state ran. No Retry and no Catch sees it;
 * the execution fails at once. `message` is the part behind "An error occurred while executing the state".
 */
export class RuntimeFailure extends Error {
  override readonly name = 'RuntimeFailure';
}

/** The ending of a task or wait whose execution was stopped or timed out; nobody may turn it into a failure. */
export class ExecutionEnded extends Error {
  override readonly name = 'ExecutionEnded';
}

/** An answer of the service itself: `type` is the `__type` of the AWS JSON protocol (SDK exception name). */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** The message of whatever was thrown, because JavaScript lets anything be thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
