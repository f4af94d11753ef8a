import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from './command.ts';
import { nodeVariables } from './node-variables.ts';
import { executionSeconds, prepareScript, skippedStep } from './parameters.ts';
import { startShell, type ShellEnd } from './shell-process.ts';

/** The agent's `CommandWorkersLimit`: the number of commands that run at once on a node; further ones wait. */
const WORKERS = 5;
/** Exit code 194 asks the agent to restart the machine and run the script again; the agent gives up after 15 times. */
const RUN_AGAIN = 194;
const MAX_RUNS = 15;

/** The agent on the node: it takes delivered commands and runs them by the rules measured on the real agent. */
export class Agent {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #stopped = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  readonly #running = new Set<Command>();
  readonly #waiting: (() => void)[] = [];
  readonly #node: Readonly<Record<string, string>>;
  #free = WORKERS;

  /**
   * `environment` is the environment of the agent's own process; its PATH decides which `docker` is found. `nodeId` is
   * what the agent was registered as.
   */
  constructor(environment: Readonly<Record<string, string>>, nodeId: string) {
    this.#environment = environment;
    this.#node = nodeVariables(nodeId);
    // Every command listens to this signal for as long as it may still time out, so many listeners are not a leak.
    setMaxListeners(0, this.#stopped.signal);
  }

  /** Takes one accepted command through delivery, run and reply, with the faults that it was given. Returns at once. */
  deliver(command: Command): void {
    const { faults, deliverySeconds, document } = command.request;
    this.#later(faults.cancelAfter, () => command.cancel());
    this.#later(faults.deliveryTimedOutAfter, () => command.end('TimedOut', 'DeliveryTimedOut'));
    const total = (deliverySeconds + executionSeconds(document)) * 1000;
    this.#later(total, () => command.end('TimedOut', 'DeliveryTimedOut'));
    this.#track(this.#carryOut(command));
  }

  /** Kills every script that still runs, drops the commands that have not started, and waits until nothing is left. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const command of this.#running) command.process?.kill();
    for (const start of this.#waiting) start();
    await Promise.allSettled([...this.#tasks]);
  }

  async #carryOut(command: Command): Promise<void> {
    const { faults, deliverySeconds } = command.request;
    await this.#pause(faults.deliverAfter ?? 0);
    const late = (faults.deliverAfter ?? 0) > deliverySeconds * 1000;
    if (late) command.end('TimedOut', 'DeliveryTimedOut');
    if (command.terminal && faults.startsThoughLate !== true) return;
    await this.#worker();
    try {
      const skipped = skippedStep(command.request.document);
      if (skipped !== undefined) {
        command.skip(skipped);
        return;
      }
      let end = await this.#run(command, faults.exitCode);
      if (faults.runAgainAfter !== undefined) {
        await this.#pause(faults.runAgainAfter);
        end = await this.#run(command, undefined);
      }
      command.reply(end);
    } finally {
      this.#free += 1;
      this.#waiting.shift()?.();
    }
  }

  async #run(command: Command, forcedCode: number | undefined): Promise<ShellEnd> {
    const { document, faults, parameters } = command.request;
    // Made anew for each run: a node keeps its commands, and their scripts would fill the memory of a long life.
    const script = prepareScript(document, parameters);
    const own = { SSM_COMMAND_ID: command.id, ...script.environment };
    const environment = { ...this.#environment, ...own, ...this.#node };
    for (let runs = 1; ; runs += 1) {
      this.#stopped.signal.throwIfAborted();
      const process = startShell(script.text, environment);
      command.process = process;
      this.#running.add(command);
      command.started();
      const limits = new AbortController();
      this.#later(executionSeconds(document) * 1000, () => process.kill(), limits.signal);
      this.#later(faults.killAfter, () => process.kill(), limits.signal);
      this.#later(faults.workerDiesAfter, () => command.end('Failed', 'Failed'), limits.signal);
      const end = await process.ended;
      limits.abort();
      this.#running.delete(command);
      const code = runs === 1 ? (forcedCode ?? end.code) : end.code;
      if (code !== RUN_AGAIN || runs === MAX_RUNS) return code === end.code ? end : { ...end, code, signal: undefined };
    }
  }

  async #worker(): Promise<void> {
    this.#free -= 1;
    if (this.#free < 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#stopped.signal.throwIfAborted();
  }

  async #pause(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await delay(milliseconds, undefined, { signal: this.#stopped.signal });
  }

  #later(milliseconds: number | undefined, act: () => void, until?: AbortSignal): void {
    if (milliseconds === undefined) return;
    const signal = until === undefined ? this.#stopped.signal : AbortSignal.any([until, this.#stopped.signal]);
    delay(milliseconds, undefined, { signal, ref: false }).then(act, () => undefined);
  }

  #track(task: Promise<void>): void {
    // The task is rejected by a stop, or when no shell can be started; the command then stays as it is, without a
    // reply.
    const settled = task.catch(() => undefined).finally(() => this.#tasks.delete(settled));
    this.#tasks.add(settled);
  }
}
