import { randomUUID } from 'node:crypto';

import { messageOf } from '../../core/base/errors.ts';
import { ServiceError } from '../driver/service-error.ts';
import { Execution, type Machine } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import type { IntegrationFunction, Invoker } from './invoker.ts';
import { parseJson, payloadLimitBytes, type Json } from './json.ts';
import { runExecution } from './run-execution.ts';
import type { Runtime } from './state-frame.ts';
import { TaskTokens } from './task-tokens.ts';

/** An event with the execution it belongs to, for progress display. */
export interface ExecutionEvent {
  readonly executionArn: string;
  readonly stateMachineName: string;
  readonly event: HistoryEvent;
}

/** StartExecution's members; `input` is JSON text and defaults to `{}`. */
export interface StartRequest {
  readonly stateMachineArn: string;
  readonly name?: string | undefined;
  readonly input?: string | undefined;
}

/** The parts of the engine; startStepFunctions explains each of them. */
interface EngineParts {
  readonly machines: readonly Machine[];
  readonly region: string;
  readonly now: () => Date;
  readonly invoker: Invoker;
  readonly integrations: ReadonlyMap<string, IntegrationFunction>;
  readonly listedAfterMs: number;
}

const executionName = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/;
const machineArn = /^(arn:aws:states:[a-z0-9-]+:\d{12}:stateMachine:[^:]+)(?::([^:]+))?$/;
const executionArn = /^arn:aws:states:[a-z0-9-]+:\d{12}:execution:[^:]+:[^:]+$/;

/**
 * Parses text that a caller sent as JSON.
 * @throws ServiceError ValidationException above the payload limit, `type` when it is not JSON.
 */
export function parsePayload(text: string, field: string, type: string, label: string): Json {
  if (Buffer.byteLength(text, 'utf8') > payloadLimitBytes) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length less than or equal to ${payloadLimitBytes}`,
    );
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw new ServiceError(type, `${label}: '${messageOf(error)}'`);
  }
}

/**
 * How many ended executions are remembered. Rehearsal, release and rollback together take 3 MB (`npm run chaos -- --soak`). AWS
 * forgets them after 90 days.
 */
const REMEMBERED = 200;

/** The service behind the protocol: machines, executions and task tokens, all held in memory. */
export class Engine {
  readonly tokens = new TaskTokens();
  readonly #machines: ReadonlyMap<string, Machine>;
  readonly #executions = new Map<string, Execution>();
  readonly #listed: Execution[] = [];
  readonly #listedAfterMs: number;
  readonly #runs = new Set<Promise<void>>();
  readonly #listeners = new Set<(event: ExecutionEvent) => void>();
  readonly #runtime: Runtime;

  constructor({ machines, listedAfterMs, ...parts }: EngineParts) {
    this.#listedAfterMs = listedAfterMs;
    this.#machines = new Map(machines.map((machine) => [machine.arn, machine]));
    this.#runtime = {
      ...parts,
      tokens: this.tokens,
      startChild: (stateMachineArn, input, name) => this.startExecution({ stateMachineArn, input, name }),
    };
  }

  /** All machines, in the order in which they were given. */
  get machines(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  /** The executions that the lists show already, newest first, as ListExecutions sorts them. */
  get listed(): readonly Execution[] {
    return this.#listed.toReversed();
  }

  /**
   * Calls the listener for each event, in order, right after it happened; returns the function that ends the
   * subscription.
   */
  subscribe(listener: (event: ExecutionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Finds a machine by its ARN; the ARN of a version or an alias leads to the same machine. @throws ServiceError. */
  machine(arn: string): Machine {
    const [, plain = ''] = machineArn.exec(arn) ?? [];
    if (plain === '') throw new ServiceError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
    const machine = this.#machines.get(plain);
    if (!machine) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  /** Finds an execution. @throws ServiceError InvalidArn, ExecutionDoesNotExist. */
  execution(arn: string): Execution {
    if (!executionArn.test(arn)) throw new ServiceError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
    const execution = this.#executions.get(arn);
    if (!execution) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  /**
   * Starts an execution. While it runs, the same name and input return the running one (SDK, StartExecution).
   * @throws ServiceError InvalidArn, StateMachineDoesNotExist, InvalidName, InvalidExecutionInput,
   * ExecutionAlreadyExists, ValidationException.
   */
  startExecution({ stateMachineArn, name = randomUUID(), input: inputText = '{}' }: StartRequest): Execution {
    const machine = this.machine(stateMachineArn);
    if (!executionName.test(name)) throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
    const input = parsePayload(inputText, 'input', 'InvalidExecutionInput', 'Invalid State Machine Execution Input');
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const old = this.#executions.get(arn);
    if (old) {
      if (old.status === 'RUNNING' && old.start.inputText === inputText) return old;
      throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const versionArn = stateMachineArn === machine.arn ? undefined : stateMachineArn;
    const start = { machine, name, inputText, input, versionArn };
    const execution = new Execution(arn, start, this.#runtime.now, (event) =>
      this.#publish({ executionArn: arn, stateMachineName: machine.name, event }),
    );
    this.#forgetOldest();
    this.#executions.set(arn, execution);
    this.#listLater(execution);
    const run = runExecution(execution, this.#runtime).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
    return execution;
  }

  /** Aborts every running execution and waits until all their work has ended. */
  async stop(): Promise<void> {
    for (const execution of this.#executions.values())
      execution.stop('Service.Stopped', 'the local service was stopped');
    await Promise.all(this.#runs);
  }

  #forgetOldest(): void {
    const ended = [...this.#executions.values()].filter(({ status }) => status !== 'RUNNING');
    for (const execution of ended.slice(0, -REMEMBERED)) {
      this.#executions.delete(execution.arn);
      const place = this.#listed.indexOf(execution);
      if (place !== -1) this.#listed.splice(place, 1);
    }
  }

  /** ListExecutions is eventually consistent (API reference): a new execution is missing from it for a while. */
  #listLater(execution: Execution): void {
    const list = () => void this.#listed.push(execution);
    if (this.#listedAfterMs === 0) list();
    else setTimeout(list, this.#listedAfterMs).unref();
  }

  #publish(event: ExecutionEvent): void {
    for (const listener of this.#listeners) queueMicrotask(() => listener(event));
  }
}
