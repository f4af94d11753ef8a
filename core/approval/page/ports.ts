import type { DecisionStore, RunningExecution } from '../../base/ports.ts';
import type { NotifierPorts } from '../../base/step-ports.ts';
import type { PageFacts } from './facts.ts';
import type { HistoryEvent } from '../history-event.ts';

/** Verifies the signature, the issuer and the times of a token. */
export interface TokenVerifier {
  /** The claims of a token that was verified, to be judged further. @throws Error for any other token. */
  verify(token: string): Promise<unknown>;
}

/** A person as the directory of the sign-in knows them now, whatever their token says. */
export interface KnownPerson {
  readonly enabled: boolean;
  readonly email: string;
  readonly groups: readonly string[];
}

/** The directory of the people who may sign in. */
export interface People {
  /** Undefined when there is nobody of this name. */
  find(username: string): Promise<KnownPerson | undefined>;
}

/** The releases, as the page reads and answers them. */
export interface ReleaseDesk {
  /** The newest releases that are under way, at most so many. @throws the error of the service. */
  running(most: number): Promise<readonly RunningExecution[]>;
  /** The execution of a run; undefined when there is none. */
  find(runId: string): Promise<{ readonly arn: string; readonly name: string } | undefined>;
  /** All events so far, oldest first. */
  history(executionArn: string): Promise<readonly HistoryEvent[]>;
  /** Completes a waiting task: once, as a second attempt of an answer that had arrived would look like a late one. */
  answer(taskToken: string, output: object): Promise<'taken' | 'too late' | 'uncertain'>;
}

/** Reads command documents in the version that a run pinned. */
export interface DocumentReader {
  /** The content as JSON text, and SSM's hash of that version; undefined when there is no such version. */
  read(name: string, version: string): Promise<{ readonly content: string; readonly hash: string } | undefined>;
}

/** Reads reports. */
export interface ReportReader {
  /** The HTML of the report of a run, or of its newest rollback; undefined when none is written yet. */
  html(runId: string): Promise<string | undefined>;
}

/** What the page is made of, and the hash of the one style that a report brings along. */
export interface PageFiles {
  readonly html: string;
  readonly script: string;
  readonly style: string;
  /** What the page knows of the package. */
  readonly facts: PageFacts;
  /** `sha256-…` of a report's style sheet, as a content security policy names it. */
  readonly reportStyle: string;
}

/** The ports of the approver's page. */
export interface PagePorts extends NotifierPorts {
  readonly tokens: TokenVerifier;
  readonly people: People;
  readonly desk: ReleaseDesk;
  readonly decisions: DecisionStore;
  readonly documents: DocumentReader;
  readonly reports: ReportReader;
  readonly files: PageFiles;
}
