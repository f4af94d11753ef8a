import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  type ExecutionListItem,
  type ExecutionStatus,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListStateMachines,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  type SFNClientConfig,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { parseJson } from '../core/base/json.ts';
import { asRefusal, ServiceRefused } from './execution-errors.ts';

/** Largest page that Step Functions returns (SDK, GetExecutionHistory and the lists). */
const PAGE_SIZE = 1000;
/** Page size for lists from which only the newest few executions are wanted. */
const SHORT_PAGE = 100;

/** One execution of a state machine, as a list of executions describes it. */
export interface ListedExecution {
  readonly arn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: Date;
}

/** Which executions of a machine to list. */
export interface ListRequest {
  readonly status?: ExecutionStatus;
  /** At most this many, newest first. */
  readonly most: number;
  /** Leaves out executions that started before this instant. */
  readonly since?: Date;
}

/**
 * Step Functions as the people around a release use it, with the same calls on AWS and on a laptop. Every method throws
 * ServiceRefused; the two that answer a task token also throw TooLate and AnswerUncertain.
 */
export interface Executions {
  /** ARN of the state machine with this name in this account and region. */
  machine(name: string): Promise<string>;
  /** Every state machine of this account and region: name → ARN. */
  machines(): Promise<ReadonlyMap<string, string>>;
  /** Names of the machine's states, in no particular order. */
  stateNames(machineArn: string): Promise<string[]>;
  /** Starts an execution under a name that the caller chooses, which makes the call idempotent. */
  start(machineArn: string, name: string, input: object): Promise<string>;
  describe(executionArn: string): Promise<ListedExecution>;
  list(machineArn: string, request: ListRequest): Promise<ListedExecution[]>;
  /** All events so far, oldest first. */
  history(executionArn: string): Promise<HistoryEvent[]>;
  stop(executionArn: string, error: string, cause: string): Promise<void>;
  /** Completes a waiting task. */
  succeed(taskToken: string, output: object): Promise<void>;
  /** Fails a waiting task; `cause` may have up to 32,768 characters. */
  fail(taskToken: string, error: string, cause: string): Promise<void>;
}

async function allMachines(client: SFNClient): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for await (const { stateMachines = [] } of paginateListStateMachines({ client, pageSize: PAGE_SIZE }, {})) {
    for (const { name, stateMachineArn } of stateMachines)
      if (name !== undefined && stateMachineArn !== undefined) all.set(name, stateMachineArn);
  }
  return all;
}

async function machineByName(client: SFNClient, name: string): Promise<string> {
  const found = (await allMachines(client)).get(name);
  if (found !== undefined) return found;
  throw new ServiceRefused(
    `There is no state machine ${name} in this account and region. Is the stack deployed there? (--region, AWS_REGION)`,
  );
}

async function stateNames(client: SFNClient, stateMachineArn: string): Promise<string[]> {
  const { definition } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const parsed = parseJson(definition);
  if (parsed === null || typeof parsed !== 'object' || !('States' in parsed)) return [];
  const { States: states } = parsed;
  return states !== null && typeof states === 'object' ? Object.keys(states) : [];
}

type SdkExecution = Partial<Pick<ExecutionListItem, 'executionArn' | 'name' | 'status' | 'startDate'>>;

function listed({ executionArn, name, status, startDate }: SdkExecution): ListedExecution[] {
  if (executionArn === undefined || status === undefined || startDate === undefined) return [];
  return [{ arn: executionArn, name: name ?? executionArn.split(':').at(-1) ?? '', status, startedAt: startDate }];
}

async function list(client: SFNClient, stateMachineArn: string, request: ListRequest): Promise<ListedExecution[]> {
  const { most, since = new Date(0) } = request;
  const found: ListedExecution[] = [];
  const filter = request.status === undefined ? {} : { statusFilter: request.status };
  const paging = { client, pageSize: Math.min(most, SHORT_PAGE) };
  for await (const { executions = [] } of paginateListExecutions(paging, { stateMachineArn, ...filter })) {
    const page = executions.flatMap(listed);
    const wanted = page.filter(({ startedAt }) => startedAt >= since);
    found.push(...wanted);
    if (found.length >= most || wanted.length < page.length) break;
  }
  return found.slice(0, most);
}

async function history(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const all: HistoryEvent[] = [];
  for await (const { events = [] } of paginateGetExecutionHistory({ client, pageSize: PAGE_SIZE }, { executionArn })) {
    all.push(...events);
  }
  return all;
}

async function describe(client: SFNClient, executionArn: string): Promise<ListedExecution> {
  const [found] = listed(await client.send(new DescribeExecutionCommand({ executionArn })));
  if (found === undefined) throw new ServiceRefused(`Step Functions described ${executionArn} without its status.`);
  return found;
}

/** Runs one call and turns every error of the service into a plain message. */
async function call<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw asRefusal(what, error);
  }
}

/**
 * Opens Step Functions. The client that answers tokens never repeats a call: the second attempt of an answer that had
 * arrived would fail with "task timed out", and an approval that counted would look as if it had come too late.
 */
export function createExecutions(config: SFNClientConfig = {}): Executions {
  const client = new SFNClient(config);
  const answering = new SFNClient({ ...config, maxAttempts: 1 });
  return {
    machine: (name) => call('list the state machines', () => machineByName(client, name)),
    machines: () => call('list the state machines', () => allMachines(client)),
    stateNames: (machineArn) => call('read the state machine', () => stateNames(client, machineArn)),
    start: (stateMachineArn, name, input) =>
      call('start an execution', async () => {
        const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
        return (await client.send(command)).executionArn ?? '';
      }),
    describe: (executionArn) => call('describe the execution', () => describe(client, executionArn)),
    list: (machineArn, request) => call('list the executions', () => list(client, machineArn, request)),
    history: (executionArn) => call('read the history', () => history(client, executionArn)),
    stop: (executionArn, error, cause) =>
      call('stop the execution', async () => {
        await client.send(new StopExecutionCommand({ executionArn, error, cause }));
      }),
    succeed: (taskToken, output) =>
      call('answer', async () => {
        await answering.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
      }),
    fail: (taskToken, error, cause) =>
      call('answer', async () => {
        await answering.send(new SendTaskFailureCommand({ taskToken, error, cause }));
      }),
  };
}
