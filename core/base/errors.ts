import { exitCodes } from './exit-codes.ts';

/**
 * Base class of every failure that can end a release. The state machine catches it by its class name, and the command
 * line exits with its code. A test walks the machines and requires that each caught name is one of these classes (or a
 * States.* name).
 */
export abstract class ReleaseError extends Error {
  /** Exit code of `one-roof` when this error ends it. */
  readonly exitCode: number = exitCodes.error;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The caller asked for something impossible: a flag, a value or a combination is wrong. */
export class UsageError extends ReleaseError {
  override readonly exitCode = exitCodes.usage;
}

/** Stands for the folder of the package in a message: only who reads the package from a disk knows where it lies. */
export const packageFolder = '<package>';

/** A path below the folder of the package, for a message. */
export function inPackage(path: string): string {
  return `${packageFolder}/${path}`;
}

/** A message with the folder of the package in its place, where it is known. */
export function namingPackage(message: string, folder: string | undefined): string {
  return folder === undefined ? message : message.replaceAll(packageFolder, folder);
}

/** The package contradicts itself or cannot be read; nothing has been sent. */
export class PackageInvalid extends ReleaseError {
  override readonly exitCode = exitCodes.differs;
}

/** A function or command was started without a setting it needs. */
export class SettingMissing extends ReleaseError {}

/** A step was handed input that does not have the agreed shape; nothing has been sent. */
export class InputInvalid extends ReleaseError {}

/**
 * The command was refused before it could run (throttled for too long, access denied, node unknown), so nothing ran.
 */
export class CommandNotSent extends ReleaseError {
  /**
   * True when SSM refused only because of its rate limit: the one send error after which the same command may be sent
   * again.
   */
  readonly throttled: boolean;

  constructor(message: string, options: ErrorOptions & { readonly throttled?: boolean } = {}) {
    super(message, options);
    this.throttled = options.throttled ?? false;
  }
}

/**
 * SSM does not let this role read a command. If the denial lasts, it becomes OutcomeUnknown, because the command was
 * sent.
 */
export class CommandReadDenied extends ReleaseError {}

/**
 * psql ended and reported that the script failed, or psql never started: nothing of the script runs any more. What the
 * script had committed before it failed stays committed, which is why a rollback follows in any case.
 */
export class ScriptFailed extends ReleaseError {
  override readonly exitCode = exitCodes.rolledBack;
  /** What the server said when it let the script's role not in; absent after every other failure. */
  readonly loginRefused: string | undefined;
  /** Where in the script PostgreSQL stopped, as far as it said. */
  readonly place: { readonly file: string; readonly line: number } | undefined;

  constructor(message: string, options: ErrorOptions & Partial<Pick<ScriptFailed, 'loginRefused' | 'place'>> = {}) {
    super(message, options);
    this.loginRefused = options.loginRefused;
    this.place = options.place;
  }
}

/**
 * The script failed because another session held a lock that it needs. Time mends that, so a rollback tries such a script
 * for longer than any other before it calls a human.
 */
export class ScriptBlocked extends ScriptFailed {}

/** It is not known whether the script ran, is running or will run. Only the fence may follow. */
export class OutcomeUnknown extends ReleaseError {
  override readonly exitCode = exitCodes.rolledBack;
}

/** The execution was redriven, which is refused: a tier that may have run must not run again. */
export class RedriveRefused extends ReleaseError {
  override readonly exitCode = exitCodes.needsHuman;
}

/**
 * The approver rejected the release. `one-roof reject` passes this name to SendTaskFailure; our own code never throws
 * it.
 */
export class ApprovalRejected extends ReleaseError {
  override readonly exitCode = exitCodes.notApproved;
}

/**
 * The evidence store did not accept an entry. Before the seal this stops the release; after the seal it is only
 * reported.
 */
export class EvidenceNotWritten extends ReleaseError {
  override readonly exitCode = exitCodes.rolledBack;
}

/** The head of an ending was not signed. No ending depends on it: its report is there, and proves less. */
export class EvidenceNotSigned extends ReleaseError {}

/** The fence could not prove that no forward script is running or can still start. */
export class FenceNotProven extends ReleaseError {
  override readonly exitCode = exitCodes.needsHuman;
}

/**
 * Behind a trial that failed, it could not be proven that its session has ended. The trial keeps nothing and no tier was
 * sent, so there is nothing to undo; the session ends by its own time-outs.
 */
export class TrialNotFenced extends ReleaseError {}

/**
 * A rollback was started with an input that names no release that can be rolled back. Nothing was touched, so the
 * machine ends without an alarm: somebody mistyped.
 */
export class RollbackRefused extends ReleaseError {
  override readonly exitCode = exitCodes.usage;
}

/** A rehearsal found something that would go wrong in production, or could not be carried out. */
export class RehearsalFailed extends ReleaseError {
  override readonly exitCode = exitCodes.rolledBack;
}

/** After the undo, the database does not match its state at the start of the release. */
export class BaselineNotProven extends ReleaseError {
  override readonly exitCode = exitCodes.needsHuman;
}

/** The message of a thrown value; JavaScript allows any value to be thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
