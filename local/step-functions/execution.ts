import type { HistoryEventType } from '@aws-sdk/client-sfn';

import type { Definition } from './definition.ts';
import { ExecutionEnded } from './errors.ts';
import { History, type EventDetails, type HistoryEvent } from './history.ts';
import type { Json } from './json.ts';

/** A state machine as the service stores it; `text` is what DescribeStateMachine returns. */
export interface Machine {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly text: string;
  readonly definition: Definition;
  readonly creationDate: Date;
  /** `loggingConfiguration`, as the service shows it. */
  readonly logging: Json;
  readonly traced: boolean;
}

/** The service's own words for the status of an execution. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** How an execution ended; error and cause are absent where the service shows none. */
export interface Ending {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly date: Date;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
}

/** How an execution was started. */
interface Start {
  readonly machine: Machine;
  readonly name: string;
  /** The input text as it was sent, because idempotency compares it. */
  readonly inputText: string;
  readonly input: Json;
  readonly versionArn: string | undefined;
}

function failure(
  error: string | null | undefined,
  cause: string | null | undefined,
): { error?: string; cause?: string } {
  return { ...(typeof error === 'string' && { error }), ...(typeof cause === 'string' && { cause }) };
}

/** One execution: its data, its history, and the only ways in which it can end. The first ending counts. */
export class Execution {
  readonly start: Start;
  readonly arn: string;
  readonly startDate: Date;
  /** Aborted when the execution is stopped or times out, which happens outside its flow. */
  readonly signal: AbortSignal;
  /** Resolves when the execution has ended in any way; never rejects. */
  readonly finished: Promise<Ending>;
  readonly #history: History;
  readonly #now: () => Date;
  readonly #abort = new AbortController();
  #resolve: (ending: Ending) => void = () => undefined;
  #ending: Ending | undefined;

  constructor(arn: string, start: Start, now: () => Date, onEvent: (event: HistoryEvent) => void) {
    this.arn = arn;
    this.start = start;
    this.#now = now;
    this.startDate = now();
    this.signal = this.#abort.signal;
    this.#history = new History(now, onEvent);
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** All events so far, oldest first. */
  get events(): readonly HistoryEvent[] {
    return this.#history.events;
  }

  /** How the execution ended; undefined while it runs. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** The service's word for the status of the execution. */
  get status(): ExecutionStatus {
    return this.#ending?.status ?? 'RUNNING';
  }

  /** Appends an event of the flow. @throws ExecutionEnded when the execution has ended meanwhile. */
  record(type: HistoryEventType, details: EventDetails): number {
    if (this.#ending) throw new ExecutionEnded('the execution has ended');
    return this.#history.add(type, details);
  }

  /** Ends the execution with its last state's output. */
  succeed(output: Json): void {
    const details = { output: JSON.stringify(output), outputDetails: { truncated: false } };
    this.#end('ExecutionSucceeded', { executionSucceededEventDetails: details }, 'SUCCEEDED', { output });
  }

  /** Ends the execution with an error that no Catch handled, or with a Fail state. */
  fail(error: string | null | undefined, cause: string | null | undefined): void {
    const details = failure(error, cause);
    this.#end('ExecutionFailed', { executionFailedEventDetails: details }, 'FAILED', details);
  }

  /** StopExecution: records one event, without any Catch; running functions are not stopped. */
  stop(error?: string, cause?: string): void {
    const details = failure(error, cause);
    this.#end('ExecutionAborted', { executionAbortedEventDetails: details }, 'ABORTED', details);
  }

  /**
   * The machine's TimeoutSeconds have passed: like stop(), without any Catch. The description has no error (recorded on
   * AWS).
   */
  timeOut(): void {
    const details = { error: 'States.Timeout' };
    this.#end('ExecutionTimedOut', { executionTimedOutEventDetails: details }, 'TIMED_OUT', {});
  }

  #end(type: HistoryEventType, event: EventDetails, status: Ending['status'], rest: Partial<Ending>): void {
    if (this.#ending) return;
    const external = status === 'ABORTED' || status === 'TIMED_OUT';
    this.#history.add(type, event, !external);
    // The service's stopDate is the time of the last event.
    this.#ending = { ...rest, status, date: this.events.at(-1)?.timestamp ?? this.#now() };
    if (external) this.#abort.abort();
    this.#resolve(this.#ending);
  }
}
