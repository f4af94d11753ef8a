/**
 * Every failure the release can end in, by the name the state machine catches and the command line exits with.
 * A test walks both machines and demands that each caught name is one of these (or a States.* name).
 */
export abstract class ReleaseError extends Error {
  /** Exit code of `one-roof` when this error ends it; the table is in docs/operator.md. */
  readonly exitCode: number = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The caller asked for something impossible: a flag, a value or a combination is wrong. */
export class UsageError extends ReleaseError {
  override readonly exitCode = 2;
}

/** The package under sql/ contradicts itself or cannot be read; nothing has been sent. */
export class PackageInvalid extends ReleaseError {
  override readonly exitCode = 15;
}

/** A function or command was started without a setting it needs. */
export class SettingMissing extends ReleaseError {}

/** A step was handed input that does not have the agreed shape; nothing has been sent. */
export class InputInvalid extends ReleaseError {}

/** The command was refused before it could run: throttled for too long, access denied, node unknown. Nothing ran. */
export class CommandNotSent extends ReleaseError {
  /** True when SSM only said "too fast": the one send error after which the same command may be sent again. */
  readonly throttled: boolean;

  constructor(message: string, options: ErrorOptions & { readonly throttled?: boolean } = {}) {
    super(message, options);
    this.throttled = options.throttled ?? false;
  }
}

/** SSM does not let this role read a command. Becomes OutcomeUnknown when it does not pass: the command was sent. */
export class CommandReadDenied extends ReleaseError {}

/**
 * psql ended and said that the script failed, or never started: nothing of it runs any more. What it had committed
 * before it failed stays, which is why the rollback follows in any case.
 */
export class ScriptFailed extends ReleaseError {
  override readonly exitCode = 13;
}

/** It cannot be told whether the script ran, runs or will run. Only the fence may follow. */
export class OutcomeUnknown extends ReleaseError {
  override readonly exitCode = 13;
}

/** The execution was redriven: a tier that may have run must not run again. */
export class RedriveRefused extends ReleaseError {
  override readonly exitCode = 14;
}

/** The approver said no. Thrown by SendTaskFailure, not by our code: `one-roof reject` uses this name. */
export class ApprovalRejected extends ReleaseError {
  override readonly exitCode = 11;
}

/** The evidence store did not take an entry. Before the seal this stops the release; after it, it is only reported. */
export class EvidenceNotWritten extends ReleaseError {
  override readonly exitCode = 13;
}

/** The fence could not prove that no forward script is running or can still start. */
export class FenceNotProven extends ReleaseError {
  override readonly exitCode = 14;
}

/** A rehearsal has found something that would go wrong in production, or could not be carried out. */
export class RehearsalFailed extends ReleaseError {
  override readonly exitCode = 13;
}

/** After the undo the database is not what it was at entry. */
export class BaselineNotProven extends ReleaseError {
  override readonly exitCode = 14;
}
