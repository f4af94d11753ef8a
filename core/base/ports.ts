import type { ReleaseEvent } from './release-event.ts';

/**
 * The outside world as the use cases see it. aws/ implements every port for AWS. local/ replaces the AWS services
 * behind the same AWS clients, so that only evidence and notification need a second implementation.
 */

/** Time, in milliseconds. It is a port so that a test can control it. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
}

/** One script to send: everything that SendCommand needs, and nothing that could carry SQL text. */
export interface SendRequest {
  readonly document: string;
  readonly documentVersion: string;
  /** SSM's own hash of that version; SSM refuses to run anything else. */
  readonly documentHash: string;
  readonly nodeId: string;
  /** `one-roof/<run id>/<script id>`, at most 100 characters (SSM's limit); how the fence finds the command again. */
  readonly comment: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Seconds within which delivery must happen: SSM accepts 30 to 2,592,000. */
  readonly deliverySeconds: number;
}

/** What SSM reports about one command on one node. */
export interface Invocation {
  readonly status: string;
  readonly statusDetails: string;
  /** -1 when the script has not started or no answer was received. */
  readonly responseCode: number;
  /** The first 24,000 bytes of standard output, of which SSM takes the last for a mark when there was more. */
  readonly output: string;
}

/** A command that was found by its comment. */
export interface FoundCommand {
  readonly commandId: string;
  readonly comment: string;
  readonly status: string;
}

/** A command document as it is deployed. */
export interface DeployedDocument {
  readonly content: string;
  readonly version: string;
  readonly hash: string;
}

/** The managed node as SSM last heard from it; up to five minutes old (the agent's health interval). */
export interface NodeStatus {
  readonly online: boolean;
}

/** What a change calendar says now. */
export interface CalendarState {
  readonly open: boolean;
  /** When that changes, as an ISO instant; absent when nothing is planned. */
  readonly until?: string;
}

/** SSM Run Command, reduced to what a release needs. */
export interface CommandChannel {
  /** @throws CommandNotSent when SSM certainly did not accept the command, OutcomeUnknown when that is not known. */
  send(request: SendRequest): Promise<string>;
  /**
   * The invocation, or undefined while SSM does not show it yet (reads are eventually consistent).
   * @throws CommandReadDenied when SSM refuses this caller; any other error may be temporary.
   */
  read(commandId: string, nodeId: string): Promise<Invocation | undefined>;
  /** Asks SSM to cancel the command; this does not guarantee that the process stops. */
  cancel(commandId: string, nodeId: string): Promise<void>;
  /** Commands sent after `since` whose comment starts with `commentPrefix`. */
  find(commentPrefix: string, since: Date): Promise<FoundCommand[]>;
  /** The default version of a document, or undefined when it does not exist. */
  readDocument(name: string): Promise<DeployedDocument | undefined>;
  /** The node's last known state, or undefined when it is not registered. */
  readNode(nodeId: string): Promise<NodeStatus | undefined>;
  /** Whether a change calendar is open. @throws Error when it does not exist, may not be read, or is no calendar. */
  readCalendar(name: string): Promise<CalendarState>;
}

/** One stored evidence entry, with exactly the bytes that are in the store. */
export interface StoredEntry {
  readonly sequence: number;
  readonly text: string;
}

/** Write-once storage of evidence entries and reports, with one folder per run. */
export interface EvidenceStore {
  /** All entries of a run, in order. */
  list(runId: string): Promise<StoredEntry[]>;
  /** Writes entry `sequence`; resolves to false when that sequence already exists (nothing is overwritten). */
  write(runId: string, sequence: number, text: string): Promise<boolean>;
  /** Stores the package of a run beside its entries. @throws Error when another text is stored there already. */
  writeArchive(runId: string, text: string): Promise<void>;
  /** The package of a run. @throws Error when there is none, or it cannot be read. */
  readArchive(runId: string): Promise<string>;
  /** Writes a rendered report file and returns its location. */
  writeReport(runId: string, fileName: string, text: string): Promise<string>;
}

/** Reads the decisions that the approver's page stored. */
export interface DecisionReader {
  /** The text under a key; undefined when nothing is stored there. @throws InputInvalid for another kind of key. */
  read(key: string): Promise<string | undefined>;
}

/** Stores decisions; only the approver's page may. */
export interface DecisionStore {
  /** @throws Error when something is stored under that key already, or the store does not answer. */
  write(key: string, text: string): Promise<void>;
}

/** Tells people that something is waiting for them or has ended. A message never carries a task token. */
export interface Notifier {
  notify(subject: string, message: string): Promise<void>;
}

/** The key that signs the heads of endings, so that a report proves where it comes from. */
export interface Signer {
  /** Its public half, as PEM. */
  publicKey(): Promise<string>;
  /** ECDSA over sha256 of a text, DER as base64. */
  sign(text: string): Promise<string>;
}

/** Where others hear of waits and endings. */
export interface EventBus {
  put(event: ReleaseEvent): Promise<void>;
}

/** One state that another execution entered, from that execution's history. */
export interface EnteredState {
  readonly name: string;
  readonly enteredAt: Date;
  /** The state's input, parsed from JSON; undefined when the history does not include it. */
  readonly input: unknown;
}

/** An execution of a state machine, as the list of executions describes it. */
export interface ExecutionSummary {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly startedAt: Date;
}

/** Step Functions, reduced to what finds a release. */
export interface ExecutionSearch {
  /** The newest execution of a state machine, or the one with this run id; undefined when there is none. */
  newest(stateMachineArn: string, runId?: string): Promise<ExecutionSummary | undefined>;
}

/** Step Functions, reduced to what the fence needs to read. */
export interface ExecutionReader extends ExecutionSearch {
  /** The states that were entered, oldest first. */
  enteredStates(executionArn: string): Promise<EnteredState[]>;
  /** What whoever stopped an execution gave as the cause; undefined when it was not stopped, or nothing was given. */
  stopCause(executionArn: string): Promise<string | undefined>;
}

/** An execution that has not ended. */
export type RunningExecution = Pick<ExecutionSummary, 'arn' | 'name' | 'startedAt'>;

/** Lists what is under way on a state machine. The lists of Step Functions are some seconds behind. */
export interface RunningReader {
  /** The newest running executions, at most so many. @throws the error of the service. */
  list(stateMachineArn: string, most: number): Promise<readonly RunningExecution[]>;
}

/** A running execution and the state it is in. */
export interface StandingExecution {
  readonly arn: string;
  readonly state: string;
  readonly since: Date;
}

/** Reads which state each running execution of a state machine is in, never its data, which holds the task token. */
export interface StandingReader {
  standing(stateMachineArn: string): Promise<StandingExecution[]>;
}

/** Named fields of a log line; their values never hold SQL, tokens or rows. */
type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Structured log lines. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** The same log, with these fields on each of its lines. */
  with(fields: LogFields): Log;
}
