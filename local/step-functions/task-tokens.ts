import { randomBytes } from 'node:crypto';

import { ServiceError } from '../driver/service-error.ts';
import { StateError } from './errors.ts';
import type { Json } from './json.ts';

/** A task that waits for its token. `answer` settles once, through SendTaskSuccess or SendTaskFailure (StateError). */
export interface OpenTask {
  readonly token: string;
  readonly answer: Promise<Json>;
  /** Called on each heartbeat; the task's runner sets it. */
  onHeartbeat: () => void;
}

interface Entry {
  readonly task: OpenTask;
  readonly ended: AbortSignal;
  readonly succeed: (output: Json) => void;
  readonly fail: (error: StateError) => void;
}

const prefix = 'AQCkAAAAKgAAAAMAAAAAAAAAA';
const tokenPattern = new RegExp(`^${prefix}[A-Za-z0-9+/=]{300,}$`);

/**
 * All task tokens of a service. A token is opaque base64 of some hundred characters and is new for each attempt (as on
 * AWS).
 */
export class TaskTokens {
  readonly #open = new Map<string, Entry>();
  readonly #closed = new Set<string>();

  /**
   * Creates a token for one attempt. `ended` is aborted when the execution ends, after which the token is no longer
   * accepted.
   */
  open(ended: AbortSignal): OpenTask {
    const token = prefix + randomBytes(256).toString('base64');
    let succeed: (output: Json) => void = () => undefined;
    let fail: (error: StateError) => void = () => undefined;
    const answer = new Promise<Json>((resolve, reject) => {
      succeed = resolve;
      fail = reject;
    });
    // A failure may arrive before the task waits for it; without this handler Node would report an unhandled rejection.
    answer.catch(() => undefined);
    const task: OpenTask = { token, answer, onHeartbeat: () => undefined };
    this.#open.set(token, { task, ended, succeed, fail });
    return task;
  }

  /** Closes a token; later answers get TaskTimedOut. */
  close(token: string): void {
    this.#open.delete(token);
    this.#closed.add(token);
  }

  /** Completes the task. @throws ServiceError like #find. */
  succeed(token: string, output: Json): void {
    this.#take(token).succeed(output);
  }

  /** Fails the task; missing fields become null (recorded on AWS). @throws ServiceError like #find. */
  fail(token: string, error: string | undefined, cause: string | undefined): void {
    this.#take(token).fail(new StateError(error ?? null, cause ?? null));
  }

  /** Restarts the task's heartbeat time; records no event. @throws ServiceError like #find. */
  heartbeat(token: string): void {
    this.#find(token).task.onHeartbeat();
  }

  #take(token: string): Entry {
    const entry = this.#find(token);
    this.close(token);
    return entry;
  }

  /**
   * Finds an open token. @throws ServiceError InvalidToken (not a token), TaskDoesNotExist (not ours), TaskTimedOut
   * (answered already, or too late).
   */
  #find(token: string): Entry {
    if (!tokenPattern.test(token)) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
    const entry = this.#open.get(token);
    if (entry && !entry.ended.aborted) return entry;
    if (entry ?? this.#closed.has(token)) {
      throw new ServiceError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new ServiceError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
  }
}
