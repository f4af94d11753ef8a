import { Agent } from './agent.ts';
import { Command } from './command.ts';
import type { ChangeCalendar } from './calendar.ts';
import { DocumentStore } from './document-store.ts';
import { AnswerLost, ServiceError } from '../driver/service-error.ts';
import type { CommandFaults, FaultPolicy } from './faults.ts';
import { prepareScript } from './parameters.ts';

/** How long a new command stays invisible without faults, in milliseconds, because reads are eventually consistent. */
const INVISIBLE_MS = 30;

/** One accepted SendCommand. */
export interface SendCommandRequest {
  readonly DocumentName: string;
  readonly DocumentVersion?: string | undefined;
  readonly DocumentHash?: string | undefined;
  readonly InstanceIds: readonly string[];
  readonly TimeoutSeconds: number;
  readonly Comment: string;
  readonly Parameters: Record<string, string[]>;
}

/** The parts of the stand-in. */
export interface SsmNodeOptions {
  readonly id: string;
  readonly agentVersion: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly now: () => Date;
}

/** The account as SSM sees it: its documents, its one managed node, and the commands sent to that node. */
export class SsmNode {
  readonly documents = new DocumentStore();
  readonly id: string;
  readonly agentVersion: string;
  readonly now: () => Date;
  online = true;
  /** The account's change calendar, where there is one. */
  calendar: ChangeCalendar | undefined;
  faults: FaultPolicy = () => undefined;
  readonly #agent: Agent;
  readonly #commands: Command[] = [];
  readonly #attempts = new Map<string, number>();

  constructor(options: SsmNodeOptions) {
    this.id = options.id;
    this.agentVersion = options.agentVersion;
    this.now = options.now;
    this.#agent = new Agent(options.environment, options.id);
  }

  /** Every command, newest first, as ListCommands shows them. */
  commands(): Command[] {
    return this.#commands.toReversed();
  }

  /** A command, once GetCommandInvocation shows it. */
  visible(id: string): Command | undefined {
    const found = this.#commands.find((command) => command.id === id);
    if (found === undefined) return undefined;
    const { requestedAt, faults } = found.request;
    const age = this.now().getTime() - requestedAt.getTime();
    return age >= (faults.invisibleFor ?? INVISIBLE_MS) ? found : undefined;
  }

  /**
   * Accepts or refuses a command.
   * @throws ServiceError with the service's name; AnswerLost when the command was accepted but the caller must not
   * learn of it.
   */
  send(request: SendCommandRequest): Command {
    const attempt = (this.#attempts.get(request.Comment) ?? 0) + 1;
    this.#attempts.set(request.Comment, attempt);
    const faults = this.faults({ documentName: request.DocumentName, comment: request.Comment, attempt }) ?? {};
    this.#refuse(faults);
    const command = this.#accept(request, faults);
    if (faults.duplicateAfter !== undefined) this.#accept(request, { deliverAfter: faults.duplicateAfter });
    switch (faults.send) {
      case 'accepted-server-error':
        throw new ServiceError('InternalServerError', 'An error occurred on the server side.', 500);
      case 'accepted-reset':
        throw new AnswerLost('reset');
      case 'accepted-silence':
        throw new AnswerLost('silence');
      default:
        return command;
    }
  }

  /** Kills everything that runs on the node. */
  stop(): Promise<void> {
    return this.#agent.stop();
  }

  #refuse({ send }: CommandFaults): void {
    if (send === 'throttled') throw new ServiceError('ThrottlingException', 'Rate exceeded');
    if (send === 'access-denied')
      throw new ServiceError('AccessDeniedException', 'User is not authorized to perform: ssm:SendCommand');
    if (send === 'server-error')
      throw new ServiceError('InternalServerError', 'An error occurred on the server side.', 500);
  }

  #accept(request: SendCommandRequest, faults: CommandFaults): Command {
    const document = this.documents.get(request.DocumentName, request.DocumentVersion);
    if (request.DocumentHash !== undefined && request.DocumentHash !== document.hash) {
      throw new ServiceError('InvalidDocument', 'The document hash does not match');
    }
    if (!this.online || request.InstanceIds.some((id) => id !== this.id)) {
      throw new ServiceError('InvalidInstanceId', 'Instances not in a valid state for account');
    }
    prepareScript(document, request.Parameters); // throws where SSM refuses
    const command = new Command({
      document,
      comment: request.Comment,
      parameters: request.Parameters,
      deliverySeconds: request.TimeoutSeconds,
      requestedAt: this.now(),
      faults,
    });
    this.#commands.push(command);
    this.#agent.deliver(command);
    return command;
  }
}
