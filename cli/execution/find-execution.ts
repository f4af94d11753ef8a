import { states } from '../../core/base/names.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ListedExecution } from '../../aws/executions.ts';
import { UsageError } from '../../core/base/errors.ts';
import { runIdOf, runIdPattern } from '../../core/base/run-id.ts';
import type { ApprovalRequest } from '../../core/approval/approval-request.ts';
import { viewExecution } from '../../core/approval/execution-view.ts';
import { findOthers, tellOthers } from '../../core/gate/other-releases.ts';
import { pollInterval } from './observe.ts';
import type { Target } from './target.ts';

/** How far back an execution is looked for by its name or run id; an ARN always works. */
const NEWEST = 200;
/** How long a request that is on the way is waited for: reading the gate takes seconds. */
const PATIENCE_MS = 30_000;
/** States after which a request for approval follows, or nothing at all. */
const beforeAnswer = new Set(['', states.checkGate, states.awaitApproval, states.checkAnswer]);
/** Releases that can run at once and still be listed in one message. */
const RUNNING = 50;

/** A running release that waits for an answer. */
export interface WaitingRelease {
  readonly execution: ListedExecution;
  readonly request: ApprovalRequest;
}

function line({ arn, name, startedAt, status }: ListedExecution): string {
  return `\n  ${runIdOf(arn)}  ${status}  started ${startedAt.toISOString()}  ${name}`;
}

/**
 * Milliseconds until a new execution is in the lists, at most: ListExecutions is eventually consistent (API reference).
 */
function listPatience(target: Target): number {
  return target.local ? 1000 : 5000;
}

/**
 * Repeats a list for some seconds while it is empty, because an execution that has just started may not be listed yet.
 */
async function listedAtLast<T>(target: Target, list: () => Promise<T[]>): Promise<T[]> {
  const deadline = Date.now() + listPatience(target);
  let found = await list();
  while (found.length === 0 && Date.now() < deadline) {
    await sleep(pollInterval(target));
    found = await list();
  }
  return found;
}

/**
 * Refuses the ARN of another machine: a rehearsal would be shown as a release with a strange ending. @throws
 * UsageError.
 */
function assertOurs({ releaseArn, rollbackArn }: Target, arn: string): void {
  const machines = [releaseArn, rollbackArn].map((machine) => machine.replace(':stateMachine:', ':execution:'));
  if (machines.some((machine) => arn.startsWith(`${machine}:`))) return;
  throw new UsageError(
    `${arn} is no execution of ${machines.map((machine) => machine.split(':').at(-1)).join(' or ')} in this account and region. Name one of those; ` +
      `look at a rehearsal with: aws stepfunctions describe-execution --execution-arn ${arn}`,
  );
}

/**
 * Finds an execution by its ARN, its name, or the run id of a release.
 * @throws UsageError when none or more than one fits, or it is of another machine; ServiceRefused.
 */
export async function namedExecution(target: Target, text: string): Promise<ListedExecution> {
  const { releaseArn, rollbackArn, executions } = target;
  if (text.startsWith('arn:')) {
    assertOurs(target, text);
    return executions.describe(text);
  }
  const found = await listedAtLast(target, async () => {
    const releases = await executions.list(releaseArn, { most: NEWEST });
    const rollbacks = runIdPattern.test(text) ? [] : await executions.list(rollbackArn, { most: NEWEST });
    return [...releases, ...rollbacks].filter(({ arn, name }) => name === text || runIdOf(arn) === text);
  });
  const [only] = found;
  if (only === undefined) {
    throw new UsageError(`No execution is called ${text} among the newest ${NEWEST}; give its ARN`);
  }
  if (found.length > 1) throw new UsageError(`${text} fits several; give the ARN:${found.map(line).join('')}`);
  return only;
}

/**
 * The release to look at: the one that is named, else the newest running one, else the newest.
 * @throws UsageError when there is none; ServiceRefused.
 */
export async function executionToShow(target: Target, named: string | undefined): Promise<ListedExecution> {
  if (named !== undefined) return namedExecution(target, named);
  const [running] = await target.executions.list(target.releaseArn, { status: 'RUNNING', most: 1 });
  if (running !== undefined) return running;
  const [newest] = await target.executions.list(target.releaseArn, { most: 1 });
  if (newest !== undefined) return newest;
  throw new UsageError(`There is no release yet. Start one: one-roof start${target.flags}`);
}

/** What is to be said of the other releases that are under way beside one, in sentences. */
export async function othersNow({ executions, releaseArn }: Target, own: string): Promise<string[]> {
  const list = (most: number) => executions.list(releaseArn, { status: 'RUNNING', most });
  return tellOthers(await findOthers(list, own), 'now');
}

function runningReleases({ executions, releaseArn }: Target): Promise<ListedExecution[]> {
  return executions.list(releaseArn, { status: 'RUNNING', most: RUNNING });
}

/**
 * The release to act on: the one that is named, else the only running one.
 * @throws UsageError when none runs, or several do (listing them); ServiceRefused.
 */
export async function runningRelease(target: Target, named: string | undefined): Promise<ListedExecution> {
  if (named !== undefined) return namedExecution(target, named);
  const running = await listedAtLast(target, () => runningReleases(target));
  const [only] = running;
  if (only === undefined) throw new UsageError('No release is running.');
  if (running.length === 1) return only;
  throw new UsageError(`Several releases are running; say which with --execution:${running.map(line).join('')}`);
}

/** The newest release if any, to say how it stands when nothing waits. */
export async function newestRelease(target: Target): Promise<ListedExecution | undefined> {
  const [newest] = await target.executions.list(target.releaseArn, { most: 1 });
  return newest;
}

interface Candidate {
  readonly waiting: readonly WaitingRelease[];
  /** Whether a request for approval is about to follow: the gate is being read, or an answer is being judged. */
  readonly willAsk: boolean;
}

async function look(target: Target, execution: ListedExecution): Promise<Candidate> {
  const { request, rows, status } = viewExecution(execution.arn, await target.executions.history(execution.arn));
  if (request !== undefined) return { waiting: [{ execution, request }], willAsk: false };
  return { waiting: [], willAsk: status === 'running' && beforeAnswer.has(rows.at(-1)?.name ?? '') };
}

/**
 * The release that waits for an answer: the one that is named, else the only one. A request that is on the way is
 * waited for, and a release that is not listed yet, so that `start` and `approve` can follow each other. Undefined
 * when none waits.
 * @throws UsageError when several wait (listing them); ServiceRefused.
 */
export async function waitingRelease(target: Target, named: string | undefined): Promise<WaitingRelease | undefined> {
  const only = named === undefined ? undefined : await namedExecution(target, named);
  const lookAtAll = async () => {
    const candidates = only === undefined ? await runningReleases(target) : [only];
    return Promise.all(candidates.map((execution) => look(target, execution)));
  };
  const began = Date.now();
  const unlistedUntil = only === undefined ? began + listPatience(target) : began;
  let looked = await lookAtAll();
  while (looked.every(({ waiting }) => waiting.length === 0)) {
    const until = looked.some(({ willAsk }) => willAsk) ? began + PATIENCE_MS : unlistedUntil;
    if (Date.now() >= until) break;
    await sleep(pollInterval(target));
    looked = await lookAtAll();
  }
  const waiting = looked.flatMap((candidate) => candidate.waiting);
  if (waiting.length <= 1) return waiting[0];
  const lines = waiting.map(({ execution }) => line(execution)).join('');
  throw new UsageError(`Several releases wait for an answer; say which with --execution:${lines}`);
}
