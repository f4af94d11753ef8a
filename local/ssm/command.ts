import { randomUUID } from 'node:crypto';
import type { StoredDocument } from './document-store.ts';
import type { CommandFaults } from './faults.ts';
import type { PreparedScript } from './parameters.ts';
import type { ShellEnd, ShellProcess } from './shell-process.ts';

/** SSM keeps this many characters of the output, the first ones; the rest is lost. */
const MAX_OUTPUT = 24_000;
const MAX_ERROR = 8_000;

/** Exit codes that have a meaning to the agent. */
const KILLED = 137;
const SUCCESS_AND_STOP = 168;

/** What one SendCommand asked for. */
export interface CommandRequest {
  readonly document: StoredDocument;
  readonly script: PreparedScript;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, string[]>>;
  readonly deliverySeconds: number;
  readonly requestedAt: Date;
  readonly faults: CommandFaults;
}

/** One command on the node, as the service shows it. As in SSM, the first terminal status is final. */
export class Command {
  readonly id = randomUUID();
  readonly request: CommandRequest;
  status = 'Pending';
  details = 'Pending';
  responseCode = -1;
  output = '';
  error = '';
  /** The script while it runs. */
  process: ShellProcess | undefined;
  #cancelAsked = false;
  #terminal = false;

  constructor(request: CommandRequest) {
    this.request = request;
  }

  /** True once SSM shows a final status; a later reply of the agent is ignored. */
  get terminal(): boolean {
    return this.#terminal;
  }

  /** Notes that the agent has started the script. */
  started(): void {
    if (!this.#terminal) this.#show('InProgress', 'InProgress');
  }

  /**
   * Cancels the command. Before its start it is only marked; after its start the process group is killed and the agent
   * replies.
   */
  cancel(): void {
    if (this.#terminal) return;
    this.#cancelAsked = true;
    if (this.process === undefined) {
      this.end('Cancelled', 'Cancelled');
    } else {
      this.#show('Cancelling', 'Cancelling');
      this.process.kill();
    }
  }

  /** Sets a final status without a reply from the agent. */
  end(status: string, details: string): void {
    if (this.#terminal) return;
    this.#show(status, details);
    this.#terminal = true;
  }

  /** Takes the agent's reply: how the script ended, by the agent's own reading of exit codes. */
  reply(end: ShellEnd): void {
    if (this.#terminal) return;
    this.responseCode = end.code;
    this.output = end.output.slice(0, Math.min(MAX_OUTPUT, this.request.faults.outputLimit ?? MAX_OUTPUT));
    this.error = end.code === SUCCESS_AND_STOP ? '' : end.error.slice(0, MAX_ERROR);
    if (end.code === 0 || end.code === SUCCESS_AND_STOP) this.end('Success', 'Success');
    else if (end.code !== KILLED) this.end('Failed', 'Failed');
    else if (this.#cancelAsked) this.end('Cancelled', 'Cancelled');
    else this.end('TimedOut', 'ExecutionTimedOut');
  }

  #show(status: string, details: string): void {
    this.status = status;
    this.details = details;
  }
}
