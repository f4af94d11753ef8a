import { randomUUID } from 'node:crypto';
import { agentReply } from './agent-reply.ts';
import type { StoredDocument } from './document-store.ts';
import type { CommandFaults } from './faults.ts';
import type { ShellEnd, ShellProcess } from './shell-process.ts';

/** What one SendCommand asked for. */
export interface CommandRequest {
  readonly document: StoredDocument;
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

  /** Takes the agent's word that the step is for another platform, which SSM shows as a success. */
  skip(message: string): void {
    if (this.#terminal) return;
    this.responseCode = 0;
    this.output = message;
    this.end('Success', 'Success');
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
    const { code, status, details, output, error } = agentReply(end, this.#cancelAsked);
    this.responseCode = code;
    this.output = output.slice(0, this.request.faults.outputLimit);
    this.error = error;
    this.end(status, details);
  }

  #show(status: string, details: string): void {
    this.status = status;
    this.details = details;
  }
}
