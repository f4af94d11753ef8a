import { randomBytes } from 'node:crypto';

import { ServiceError, StateError } from './errors.ts';
import type { Json } from './json.ts';

/** A task that waits for its token. `answer` settles once, by SendTaskSuccess or SendTaskFailure (StateError). */
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

/** All task tokens of a service: opaque, base64, some hundred characters, a new one for each attempt (as on AWS). */
export class TaskTokens {
  readonly #open = new Map<string, Entry>();
  readonly #closed = new Set<string>();

  /** Makes a token for one attempt; `ended` is the end of its execution, after which nobody can answer any more. */
  open(ended: AbortSignal): OpenTask {
    const token = prefix + randomBytes(256).toString('base64');
    let succeed: (output: Json) => void = () => undefined;
    let fail: (error: StateError) => void = () => undefined;
    const answer = new Promise<Json>((resolve, reject) => {
      succeed = resolve;
      fail = reject;
    });
    // A failure may arrive before the task waits for it; without this Node would call it unhandled.
    answer.catch(() => undefined);
    const task: OpenTask = { token, answer, onHeartbeat: () => undefined };
    this.#open.set(token, { task, ended, succeed, fail });
    return task;
  }

  /** Ends a token's life; answers that come later are told TaskTimedOut. */
  close(token: string): void {
    this.#open.delete(token);
    this.#closed.add(token);
  }

  /** Completes the task. @throws ServiceError as #find. */
  succeed(token: string, output: Json): void {
    this.#take(token).succeed(output);
  }

  /** Fails the task; missing fields become null (recorded on AWS). @throws ServiceError as #find. */
  fail(token: string, error: string | undefined, cause: string | undefined): void {
    this.#take(token).fail(new StateError(error ?? null, cause ?? null));
  }

  /** Restarts the task's heartbeat time; leaves no event. @throws ServiceError as #find. */
  heartbeat(token: string): void {
    this.#find(token).task.onHeartbeat();
  }

  #take(token: string): Entry {
    const entry = this.#find(token);
    this.close(token);
    return entry;
  }

  /** @throws ServiceError InvalidToken (no token), TaskDoesNotExist (not ours), TaskTimedOut (answered or too late). */
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
