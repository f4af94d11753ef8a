import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { createApprover } from '../../cli/execution/answer-approval.ts';
import { endedByItself } from '../../cli/execution/ending-of-history.ts';
import { createTerminal } from '../../cli/screen/terminal.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { createDockerShim, type DockerShim } from '../../local/docker/shim.ts';
import type { ExecutionDescription } from '../../local/step-functions/start-step-functions.ts';
import { apr, database } from '../package.ts';
import type { Fault } from './injection.ts';
import { howItEnded, type Ended } from './ended.ts';
import type { Life } from './life.ts';
import { attend, wasReached, writeProxy } from './psql-proxy.ts';
import type { Scene, Services } from './scene.ts';
import { startServices } from './services.ts';
import { keepSequencesInUse } from './used-sequences.ts';
import type { Boundary, Stand } from './stand.ts';

/** Longest duration of a drive, in milliseconds; an execution that has not ended by then is a violation. */
const LONGEST_MS = 110_000;
/** How long functions that outlive a stopped release may take to send what they were about to send, in milliseconds. */
const FUNCTIONS_MS = 4_000;
/** How long processes that still run "in the container" after the end may take to end, in milliseconds. */
const DRAIN_MS = 25_000;
const terminal = { ...createTerminal({ json: true }), interactive: false, alert: () => undefined };
/** In one of this many drives, the rule's ROLLBACK is also played after a release that has rolled itself back. */
const RULE_EVERY = 5;
let drives = 0;

async function within<Value>(work: Promise<Value>, what: string): Promise<Value> {
  const late = new AbortController();
  const limit = delay(LONGEST_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${what} did not end within ${LONGEST_MS / 1000} s`);
  });
  limit.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    late.abort();
  }
}

/** One fault, played on a fresh copy of the database and evidence at the fault's first state. */
export class Drive implements Scene {
  readonly stand: Stand;
  readonly fault: Fault;
  readonly root: string;
  readonly evidenceFolder: string;
  readonly docker: DockerShim;
  /** The input in the payload of the function that was invoked last. */
  lastInput: unknown;
  /** True once faults have stopped: the rollback after *Needs a human* is undisturbed. */
  calm = false;
  executionArn = '';
  startedAt = 0;
  bystander: Client | undefined;
  readonly clients: Client[] = [];
  /** Functions whose handler is running, whether or not anything still waits for the result. */
  readonly working = new Set<Life>();
  /** Promises that settle when a session of the application releases what it holds for a moment. */
  readonly held: Promise<void>[] = [];
  #services: Services | undefined;
  readonly #over = new AbortController();

  constructor(stand: Stand, fault: Fault) {
    this.stand = stand;
    this.fault = fault;
    drives += 1;
    this.root = join(stand.folder, `drive-${drives}`);
    this.evidenceFolder = join(this.root, 'evidence');
    mkdirSync(this.evidenceFolder, { recursive: true });
    const { server } = stand;
    this.docker = createDockerShim({
      container: 'postgres',
      psqlFolder: this.splices.length === 0 ? server.bin : join(this.root, 'psql-proxy'),
      host: server.socketDirectory,
      port: server.port,
    });
  }

  get splices() {
    return this.fault.injection.splices ?? [];
  }

  get services(): Services {
    if (this.#services === undefined) throw new Error('the drive has not been prepared');
    return this.#services;
  }

  get boundary(): Boundary | undefined {
    return this.stand.boundaries.get(this.fault.start);
  }

  get runId(): string {
    return runIdOf(this.executionArn);
  }

  /** Opens a session of the application on the database; it ends with the drive. */
  async connect(name = 'application'): Promise<Client> {
    const client = new Client({ connectionString: this.stand.server.url(database), application_name: name });
    client.on('error', () => undefined);
    this.clients.push(client);
    await client.connect();
    return client;
  }

  /** Prepares a fresh database, evidence, container and services. */
  async prepare(): Promise<void> {
    const { server, released } = this.stand;
    await copyDatabase(server, { from: this.boundary?.database ?? 'fixture', to: database });
    await keepSequencesInUse(server);
    const text = (id: string) => ({
      prelude: released.prelude,
      text: released.scripts.find(({ script }) => script.id === id)?.text ?? '',
    });
    if (this.splices.length > 0)
      writeProxy(join(this.root, 'psql-proxy'), join(server.bin, 'psql'), this.splices, text);
    this.#services = await startServices(this, this.fault);
    this.executionArn = `${this.services.releaseArn.replace(':stateMachine:', ':execution:')}:chaos`;
    const folder = join(this.evidenceFolder, this.runId);
    mkdirSync(folder, { recursive: true });
    for (const [name, evidence] of this.boundary?.evidence ?? []) writeFileSync(join(folder, name), evidence);
    if (this.fault.id !== 'baseline') this.bystander = await this.connect();
    for (const splice of this.splices)
      void attend(join(this.root, 'psql-proxy'), splice, this, this.#over.signal).catch(() => undefined);
    await this.fault.injection.onStart?.(this);
  }

  /** Whether every splice of the fault was reached; true for faults without one. */
  get reached(): boolean {
    return this.splices.every((splice) => wasReached(join(this.root, 'psql-proxy'), splice));
  }

  /** Plays the release to its end, and when it failed, the ROLLBACK that the rule starts. */
  async run(name = 'chaos'): Promise<Ended> {
    const { stepFunctions, releaseArn } = this.services;
    const approver = createApprover(stepFunctions, { apr, terminal });
    const leave = stepFunctions.onEvent(({ executionArn, event }) => {
      if (executionArn.endsWith(`:${name}`)) approver(event);
    });
    this.startedAt = Date.now();
    const input = JSON.stringify(name === 'chaos' ? (this.boundary?.input ?? {}) : {});
    try {
      const machine = name === 'chaos' ? releaseArn : this.services.wholeArn;
      const { executionArn } = stepFunctions.startExecution({ stateMachineArn: machine, name, input });
      const description = await within(stepFunctions.finished(executionArn), 'the release');
      const events = stepFunctions.history(executionArn);
      // The rule starts ROLLBACK after every failure. After a release that was rolled back already it is only played
      // now and then.
      const due = description.status !== 'SUCCEEDED' && (!endedByItself(events) || drives % RULE_EVERY === 0);
      return howItEnded(events, description, due ? await this.rollBack(executionArn) : undefined);
    } finally {
      leave();
    }
  }

  /** Starts ROLLBACK as the rule and the operator do, and waits for its end. */
  async rollBack(executionArn = this.executionArn): Promise<ExecutionDescription> {
    const { stepFunctions, rollbackArn } = this.services;
    const { name, startDate } = stepFunctions.describeExecution(executionArn);
    const release = { Id: executionArn, Name: name, StartTime: startDate.getTime() };
    const started = stepFunctions.startExecution({ stateMachineArn: rollbackArn, input: JSON.stringify({ release }) });
    return within(stepFunctions.finished(started.executionArn), 'the rollback');
  }

  /** Waits until deliveries, functions and processes of the drive have ended. Returns the processes that are left. */
  async settle(): Promise<number[]> {
    const wait = this.startedAt + (this.fault.settleMs ?? 0) - Date.now();
    if (wait > 0) await delay(wait);
    await Promise.all(this.held);
    // A function that a port blocks for ever is not waited for.
    for (const until = Date.now() + FUNCTIONS_MS; this.working.size > 0 && Date.now() < until;) await delay(25);
    const deadline = Date.now() + DRAIN_MS;
    for (let pause = 50; ; pause = Math.min(2 * pause, 500)) {
      const open = await this.services.openCommands();
      const late = Date.now() > deadline;
      // /proc is read only when it can be empty: reading it is expensive on a machine with hundreds of processes, and a
      // running command always has some.
      const left = open === 0 || late ? this.docker.processes() : undefined;
      if (left !== undefined && (late || left.length === 0)) return left;
      await delay(pause);
    }
  }

  /** Ends everything that the drive started. */
  async close(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.clients.map((client) => client.end().catch(() => undefined)));
    await this.#services?.stop();
    await this.docker.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}
