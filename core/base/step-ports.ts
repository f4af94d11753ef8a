import type {
  Clock,
  CommandChannel,
  DecisionReader,
  EventBus,
  EvidenceStore,
  ExecutionReader,
  ExecutionSearch,
  Log,
  Notifier,
  RunningReader,
  Signer,
  StandingReader,
} from './ports.ts';
import type { SentCommand } from './sent-command.ts';

/** The ports that every step needs. */
export interface BasePorts {
  readonly clock: Clock;
  readonly evidence: EvidenceStore;
  readonly log: Log;
  /** What this step has sent so far: each of its entries names it. Absent for a step that sends nothing. */
  readonly commandsSent?: readonly SentCommand[];
}

/** The ports of the function that watches waiting approvals. */
export interface WatchPorts extends Pick<BasePorts, 'clock' | 'log'> {
  readonly standing: StandingReader;
  readonly notifier: Notifier;
}

/** The ports of a step that sends scripts. */
export interface SenderPorts extends BasePorts {
  readonly commands: CommandChannel;
}

/** The package that was deployed with a function, as the folder of a run is to hold it. */
export interface DeployedPackage {
  archive(): string;
}

/** The ports of the step that reads the gate first, and leaves the package in the folder of the run. */
export interface GatePorts extends SenderPorts {
  readonly running: RunningReader;
  readonly deployed: DeployedPackage;
}

/** The ports of the step that judges an answer. */
export interface AnswerPorts extends SenderPorts {
  readonly decisions: DecisionReader;
}

/** The ports of a step that notifies people. */
export interface NotifierPorts extends BasePorts {
  readonly notifier: Notifier;
}

/** The ports of the step that signs reports. */
export interface SignerPorts extends BasePorts {
  readonly signer: Signer;
}

/** The ports of the step that announces waits and endings. */
export interface AnnouncerPorts extends BasePorts {
  readonly events: EventBus;
}

/** The ports of a step that has to find, or to read, another execution. */
export interface HistoryPorts extends BasePorts {
  readonly executions: ExecutionReader;
}

/** The ports of the report of a rollback, which finds its run and tells people how it ended. */
export interface RollbackReportPorts extends NotifierPorts {
  readonly executions: ExecutionSearch;
}

/** The ports of the fence, which sends a script and reads the history of the release. */
export interface FencePorts extends SenderPorts, HistoryPorts {}

/** The ports of the watch over what was released. */
export interface DriftPorts extends SenderPorts, NotifierPorts {
  /** Where packages that build on this one keep their evidence, when not in the same place. */
  readonly laterEvidence: readonly EvidenceStore[];
}
