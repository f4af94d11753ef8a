import type { Client } from 'pg';
import type { CommandChannel } from '../../core/base/ports.ts';
import type { DockerShim } from '../../local/docker/shim.ts';
import type { SsmService } from '../../local/ssm/service.ts';
import type { StepFunctionsService } from '../../local/step-functions/start-step-functions.ts';
import type { Life } from './life.ts';
import type { Stand } from './stand.ts';

/** The loopback services of one drive. */
export interface Services {
  readonly ssm: SsmService;
  readonly stepFunctions: StepFunctionsService;
  readonly channel: CommandChannel;
  /** ARN of RELEASE, beginning in the fault's state. */
  readonly releaseArn: string;
  /** ARN of RELEASE as it is deployed, for the next release. */
  readonly wholeArn: string;
  readonly rollbackArn: string;
  /** The number of commands that may still have an effect. */
  openCommands(): Promise<number>;
  stop(): Promise<void>;
}

/** What faults, functions and services may touch of the drive that they belong to. */
export interface Scene {
  readonly stand: Stand;
  readonly services: Services;
  readonly docker: DockerShim;
  readonly evidenceFolder: string;
  readonly runId: string;
  readonly executionArn: string;
  readonly startedAt: number;
  /** Faults have stopped: the way back after *Needs a human* is undisturbed. */
  readonly calm: boolean;
  /** Payload's input of the function that was invoked last. */
  lastInput: unknown;
  /** Functions whose handler is at work, whether or not anybody still waits for its answer. */
  readonly working: Set<Life>;
  /** Settle when an application's session lets go of what it holds for a moment. */
  readonly held: Promise<void>[];
  /** An application's session on the database; it ends with the drive. */
  connect(name?: string): Promise<Client>;
}
