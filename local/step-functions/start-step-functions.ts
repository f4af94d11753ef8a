import { serveAwsJson } from '../driver/aws-json.ts';
import { createLoopbackKey, type LoopbackAddress } from '../driver/loopback-key.ts';
import { parseDefinition } from './definition.ts';
import { Engine, parsePayload, type ExecutionEvent, type StartRequest } from './engine.ts';
import type { Ending, ExecutionStatus, Machine } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import type { Json } from './json.ts';
import { operations } from './operations.ts';
import { Invoker, type Faults, type IntegrationFunction, type InvokeFunction } from './invoker.ts';

/**
 * How long ListExecutions hides a new execution by default, in milliseconds: long enough for a caller that lists right
 * after a start to notice, short enough to wait for.
 */
const LISTED_AFTER_MS = 300;

/** A state machine to serve. `definition` is the object, with every CloudFormation reference resolved. */
export interface MachineDefinition {
  readonly name: string;
  /** Default: composed from the service's region and account and the name. */
  readonly arn?: string;
  readonly definition: unknown;
  /** Default: a role of the account, named after the machine; it is never assumed. */
  readonly roleArn?: string;
  /** `loggingConfiguration` in the API's spelling; default: off. It is only shown, as nothing is logged here. */
  readonly logging?: Json;
  /** Whether X-Ray traces are asked for; default: no. Only shown, too. */
  readonly traced?: boolean;
}

/** How to start the service. */
export interface StepFunctionsOptions {
  readonly machines: readonly MachineDefinition[];
  readonly invoke: InvokeFunction;
  /** Functions for other resources, by their ARN in the definition, for instance `arn:aws:states:::sns:publish`. */
  readonly integrations?: Readonly<Record<string, IntegrationFunction>>;
  readonly faults?: Faults;
  /** The clock for events, dates and Wait's Timestamp; timers run in real time. Default: the machine's clock. */
  readonly now?: () => Date;
  /** Default eu-central-1. */
  readonly region?: string;
  /** Default 000000000000. */
  readonly account?: string;
  /** How long stop() waits for running functions, in milliseconds. Default 5,000. */
  readonly stopGraceMs?: number;
  /** How long ListExecutions hides a new execution, in milliseconds. Default 300. */
  readonly listedAfterMs?: number;
  /** The secret that callers need. Default: a new one. */
  readonly key?: string;
}

/** An execution for a caller in this process; `input` and `output` are JSON text, as in the API. */
export interface ExecutionDescription {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  readonly input: string;
  readonly stopDate?: Date;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** The running service. All methods throw ServiceError with the service's own error names, as the API does. */
export interface StepFunctionsService extends LoopbackAddress {
  /** The ARN of the machine with this name. */
  machineArn(name: string): string;
  startExecution(request: StartRequest): { readonly executionArn: string; readonly startDate: Date };
  describeExecution(executionArn: string): ExecutionDescription;
  history(executionArn: string): readonly HistoryEvent[];
  /** Resolves when the execution has ended in any way. */
  finished(executionArn: string): Promise<ExecutionDescription>;
  /** `output` is JSON text. */
  sendTaskSuccess(taskToken: string, output: string): void;
  sendTaskFailure(taskToken: string, error?: string, cause?: string): void;
  sendTaskHeartbeat(taskToken: string): void;
  stopExecution(executionArn: string, error?: string, cause?: string): void;
  /**
   * Calls the listener for each history event of each execution, in order; the returned function ends the subscription.
   */
  onEvent(listener: (event: ExecutionEvent) => void): () => void;
  /**
   * Aborts the running executions, tells running functions to stop, closes the port, and resolves when all have ended.
   * @throws Error naming functions that ignore their signal for longer than stopGraceMs.
   */
  stop(): Promise<void>;
}

function endingMembers(ending: Ending | undefined): Partial<ExecutionDescription> {
  if (!ending) return {};
  return {
    stopDate: ending.date,
    ...(ending.output !== undefined && { output: JSON.stringify(ending.output) }),
    ...(ending.error !== undefined && { error: ending.error }),
    ...(ending.cause !== undefined && { cause: ending.cause }),
  };
}

function describe(engine: Engine, executionArn: string): ExecutionDescription {
  const { arn, start, startDate, status, ending } = engine.execution(executionArn);
  const { inputText: input, machine, name } = start;
  return { executionArn: arn, stateMachineArn: machine.arn, name, status, startDate, input, ...endingMembers(ending) };
}

function loadMachine(machine: MachineDefinition, options: StepFunctionsOptions, now: Date): Machine {
  const { region = 'eu-central-1', account = '000000000000', integrations = {} } = options;
  const { name, definition } = machine;
  return {
    name,
    arn: machine.arn ?? `arn:aws:states:${region}:${account}:stateMachine:${name}`,
    roleArn: machine.roleArn ?? `arn:aws:iam::${account}:role/${name}`,
    text: JSON.stringify(definition),
    definition: parseDefinition(name, definition, Object.keys(integrations)),
    creationDate: now,
    logging: machine.logging ?? { level: 'OFF', includeExecutionData: false },
    traced: machine.traced ?? false,
  };
}

function directMethods(engine: Engine): Omit<StepFunctionsService, keyof LoopbackAddress | 'machineArn' | 'stop'> {
  return {
    startExecution: (request) => {
      const { arn, startDate } = engine.startExecution(request);
      return { executionArn: arn, startDate };
    },
    describeExecution: (executionArn) => describe(engine, executionArn),
    history: (executionArn) => engine.execution(executionArn).events,
    finished: async (executionArn) => {
      await engine.execution(executionArn).finished;
      return describe(engine, executionArn);
    },
    sendTaskSuccess: (taskToken, output) =>
      engine.tokens.succeed(taskToken, parsePayload(output, 'output', 'InvalidOutput', 'Invalid Output')),
    sendTaskFailure: (taskToken, error, cause) => engine.tokens.fail(taskToken, error, cause),
    sendTaskHeartbeat: (taskToken) => engine.tokens.heartbeat(taskToken),
    stopExecution: (executionArn, error, cause) => engine.execution(executionArn).stop(error, cause),
    onEvent: (listener) => engine.subscribe(listener),
  };
}

/**
 * Starts Step Functions on this machine: an interpreter runs the synthesized definitions, refuses every field that it
 * does not know, and serves the protocol of the AWS SDK and the AWS CLI.
 * @throws DefinitionError when a definition has something that the interpreter does not support.
 */
export async function startStepFunctions(options: StepFunctionsOptions): Promise<StepFunctionsService> {
  const { now = () => new Date(), faults = {}, region = 'eu-central-1', integrations = {} } = options;
  const machines = options.machines.map((machine) => loadMachine(machine, options, now()));
  const invoker = new Invoker(options.invoke, faults);
  const { listedAfterMs = LISTED_AFTER_MS, key = createLoopbackKey() } = options;
  const parts = { machines, region, now, invoker, integrations: new Map(Object.entries(integrations)) };
  const engine = new Engine({ ...parts, listedAfterMs });
  const server = await serveAwsJson({ prefix: 'AWSStepFunctions', version: '1.0', operations }, engine, key);
  return {
    ...directMethods(engine),
    endpoint: server.endpoint,
    key,
    machineArn: (name) => {
      const machine = machines.find((item) => item.name === name);
      if (!machine) throw new Error(`no state machine is named "${name}"`);
      return machine.arn;
    },
    stop: async () => {
      await server.close();
      await engine.stop();
      await invoker.stop(options.stopGraceMs ?? 5000);
    },
  };
}
