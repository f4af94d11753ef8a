import { trialSchema } from '../../base/contracts.ts';
import { isTierState, states, tierStateName } from '../../base/names.ts';
import { parseJson } from '../../base/json.ts';
import { causeMessage } from '../../ending/cause.ts';
import { blockerRows, gateRows } from '../../gate/gate-rows.ts';
import { describeRehearsal } from '../../gate/rehearsal-text.ts';
import { soFar } from '../several-people.ts';
import type { ShownRehearsal } from '../../base/rehearsal-summary.ts';
import type { ApprovalRequest } from '../approval-request.ts';
import { factsText } from '../state-summary.ts';
import type { ExecutionView, StateRow } from '../execution-view.ts';
import type { HistoryEvent } from '../history-event.ts';
import { requestIn } from '../approval-request.ts';
import type { PageFacts } from './facts.ts';
import type { FoundRun, PageEnvironment } from './find-run.ts';

/** Seconds until the page asks again: while steps run, while somebody is waited for, and never after the end. */
const pollSeconds = { running: 2, waiting: 15 } as const;

type Mark = 'done' | 'failed' | 'running' | 'open';

function markOf(row: StateRow, { status, rows }: ExecutionView): Mark {
  if (row.failure !== undefined) return 'failed';
  if (row.leftAt !== undefined) return 'done';
  if (status === 'running') return row === rows.at(-1) ? 'running' : 'done';
  return status === 'succeeded' ? 'done' : 'failed';
}

/** Every state of the way forward, and those that were entered beside it, with what became of each. */
function progress({ tiers }: PageFacts, view: ExecutionView) {
  const { checkGate, awaitApproval, checkAnswer, trial, postChecks, writeReport, signReport } = states;
  const { announceWait, announceEnding } = states;
  const before = [checkGate, announceWait, awaitApproval, checkAnswer, trial];
  const way = [...before, ...tiers.map(tierStateName), postChecks, writeReport, signReport, announceEnding];
  const beside = view.rows.map(({ name }) => name).filter((name) => !way.includes(name));
  return [...new Set([...way, ...beside])].map((name) => {
    const row = view.rows.findLast((candidate) => candidate.name === name);
    if (row === undefined) return { name, mark: 'open' as const };
    const { enteredAt, leftAt, summary, failure } = row;
    const tier = isTierState(name);
    return { name, tier, mark: markOf(row, view), enteredAt, leftAt, summary, failure };
  });
}

/** What the trial measured, once it ran. */
function trialOf(events: readonly HistoryEvent[]) {
  const left = events.findLast(({ stateExitedEventDetails: details }) => details?.name === states.trial);
  const output = parseJson(left?.stateExitedEventDetails?.output);
  if (output === null || typeof output !== 'object' || !('trial' in output)) return undefined;
  return trialSchema.safeParse(output.trial).data;
}

/** Script id → what the rehearsal counted in it, in the words of the package's proof line. */
function countedIn({ tiers }: ShownRehearsal): Record<string, string> {
  return Object.fromEntries(tiers.map(({ id, facts = {} }) => [id, factsText(facts)]));
}

function requestOf(
  { shown, askedAt, expiresAt }: ApprovalRequest,
  { PACKAGE_DIGEST: deployed }: PageEnvironment,
  { reviews }: PageFacts,
) {
  const { gate, rehearsal, packageDigest, answersLeft, askedAgainBecause, approvals } = shown;
  return {
    ...{ askedAt, expiresAt, packageDigest, answersLeft, askedAgainBecause },
    approvedSoFar: approvals === undefined ? undefined : soFar(approvals),
    deployed: packageDigest === deployed,
    reviews: reviews.map(({ by, at, packageDigest: read }) => ({ by, at, equal: read === packageDigest })),
    gate: {
      status: gate.status,
      readAt: gate.readAt,
      notes: gate.notes,
      rows: gateRows(gate),
      blockers: blockerRows(gate),
    },
    rehearsal:
      rehearsal === undefined
        ? undefined
        : { at: rehearsal.at, lines: describeRehearsal(rehearsal), counted: countedIn(rehearsal) },
  };
}

/** Everything that the page shows of a run. Times are instants; the page writes them as people read them. */
export function showRun(environment: PageEnvironment, facts: PageFacts, { view, events }: FoundRun, now: Date) {
  const { TITLE: title } = environment;
  const { database, tiers, existing, creates, undo } = facts;
  const { runId, name, status, startedAt, endedAt, startedBy, request } = view;
  const newest = request ?? events.map(requestIn).findLast((candidate) => candidate !== undefined);
  const wait = request === undefined ? pollSeconds.running : pollSeconds.waiting;
  return {
    ...{ title, database, tiers, existing, creates, undo, runId, name, status, startedAt, endedAt, startedBy, now },
    waiting: request !== undefined,
    request: newest === undefined ? undefined : requestOf(newest, environment, facts),
    trial: trialOf(events),
    states: progress(facts, view),
    ending: events.at(-1)?.executionFailedEventDetails === undefined ? undefined : endingOf(events),
    pollSeconds: status === 'running' ? wait : undefined,
  };
}

function endingOf(events: readonly HistoryEvent[]): string {
  return causeMessage(events.at(-1)?.executionFailedEventDetails?.cause);
}
