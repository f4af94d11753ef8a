import { states, tierStateName } from '../base/names.ts';
import type { TierResult } from '../base/contracts.ts';
import { endStates } from '../ending/end-states.ts';
import { endingTable, isReleased } from '../ending/ending-table.ts';
import { rollbackTable } from '../ending/rollback-ending.ts';
import type { Report } from './build.ts';
import { failedTierId, lastOf } from '../evidence/entries.ts';
import type { NamedTier } from '../base/named-tiers.ts';

/**
 * What became of a state: done, failed, refused (it ran, and its answer was no), undone afterwards, or never entered.
 */
export type Mark = 'done' | 'failed' | 'refused' | 'undone' | 'open';

/** One state of the graph. */
export interface FlowStep {
  readonly name: string;
  readonly mark: Mark;
}

/** The states of a run as the report draws them: the path forward, and the path that branches off from it. */
export interface Flow {
  readonly forward: readonly FlowStep[];
  readonly branch: {
    /** Index of the forward state at which the other path branches off. */
    readonly from: number;
    readonly title: string;
    readonly steps: readonly FlowStep[];
  };
}

const beforeTiers = 4;

/** The tier that failed, or the tier that was running when the release was stopped. */
export function failedTier({ state, tiers, evidence }: Report): NamedTier | undefined {
  if (state.sealed === true) return undefined;
  const id = failedTierId(evidence.entries);
  const next = tiers[state.tiers?.length ?? 0];
  if (id === undefined) return state.trial === undefined ? undefined : next;
  return tiers.find((tier) => tier.id === id) ?? { id, name: tierStateName({ id, name: '' }), title: '' };
}

/**
 * Whether a tier only read: the tier that took the entry fingerprint did, because the fingerprint precedes the first
 * write.
 */
function onlyRead(result: TierResult): boolean {
  return result.beside['fingerprint'] !== undefined;
}

/** The ids of the tiers that were undone. */
export function undoneTiers({ state, ending }: Report): string[] {
  if (ending.name !== 'rolled_back') return [];
  return (state.tiers ?? []).filter((result) => !onlyRead(result)).map(({ id }) => id);
}

function tierMarks(report: Report): FlowStep[] {
  const ran = new Set((report.state.tiers ?? []).map(({ id }) => id));
  const undone = new Set(undoneTiers(report));
  const failed = failedTier(report)?.id;
  const markOf = (id: string): Mark => {
    if (ran.has(id)) return undone.has(id) ? 'undone' : 'done';
    if (id === failed) return 'failed';
    // A release counts as released when the database shows the seal, even if the answer of tier 8 was lost.
    return isReleased(report.ending.name) ? 'done' : 'open';
  };
  return report.tiers.map(({ id, name }) => ({
    name: name === '' ? tierStateName({ id, name }) : `${id} ${name}`,
    mark: markOf(id),
  }));
}

function gateMarks({ state, evidence, ending }: Report): FlowStep[] {
  const asked = lastOf(evidence.entries, 'request-approval') !== undefined;
  const closed = ending.name === 'gate_closed' || ending.name === 'documents_differ';
  const judged = state.decision !== undefined;
  const refused = ending.name === 'rejected' || ending.name === 'expired';
  const gate = state.gate === undefined ? 'failed' : closed ? 'refused' : 'done';
  const approval = refused ? 'refused' : judged ? 'done' : asked ? 'failed' : 'open';
  const approved = state.decision === 'approved';
  const answer = !judged ? 'open' : approved ? 'done' : 'refused';
  const trial = state.trial !== undefined || isReleased(ending.name) ? 'done' : approved ? 'failed' : 'open';
  return [
    { name: states.checkGate, mark: gate },
    { name: states.awaitApproval, mark: approval },
    { name: states.checkAnswer, mark: answer },
    { name: states.trial, mark: trial },
  ];
}

function rollbackSteps({ ending, evidence, state }: Report): FlowStep[] {
  const outcome = state.rollback?.Output?.outcome;
  const mark = (step: string): Mark => {
    if (lastOf(evidence.entries, step) !== undefined) return 'done';
    return lastOf(evidence.entries, `${step}-failed`) === undefined ? 'open' : 'failed';
  };
  const failed = ending.name === 'needs_a_human';
  const last: FlowStep = {
    name: rollbackTable[failed ? 'failed' : (outcome ?? 'rolled_back')].endsIn,
    mark: failed ? 'failed' : outcome === undefined ? 'open' : 'done',
  };
  return [
    { name: states.fence, mark: outcome === undefined ? mark('fence') : 'done' },
    { name: states.undo, mark: mark('undo') },
    { name: states.proveBaseline, mark: mark('prove-baseline') },
    last,
  ];
}

function branchOf(report: Report, forward: readonly FlowStep[]): Flow['branch'] {
  const { at, endsIn } = endingTable[report.ending.name];
  if (at !== undefined) {
    // If the gate was read but the approval could not be requested, the run stopped where the failure is.
    const failed = forward.findIndex(({ mark }) => mark === 'failed');
    const from = Math.max(
      forward.findIndex(({ name }) => name === at),
      failed,
    );
    return { from, title: 'Stopped', steps: [{ name: endsIn.name, mark: 'refused' }] };
  }
  const failed = forward.findIndex(({ mark }) => mark === 'failed');
  const from = failed === -1 ? beforeTiers + Math.min(1, report.tiers.length - 1) : failed;
  const steps = rollbackSteps(report);
  const needed = steps.some(({ mark }) => mark !== 'open');
  return { from, title: needed ? 'The way back' : 'Way back, not needed', steps };
}

/** The states of a run and what became of each, derived from the run's state and evidence. */
export function flowOf(report: Report): Flow {
  const { state, ending } = report;
  const released = isReleased(ending.name);
  const tiers = tierMarks(report);
  const checks = state.postChecks !== undefined ? 'done' : released ? 'failed' : 'open';
  const forward: FlowStep[] = [
    ...gateMarks(report),
    ...(tiers.length === 0 ? [{ name: 'Tiers', mark: 'open' as const }] : tiers),
    { name: states.postChecks, mark: checks },
    { name: endStates.complete.name, mark: released ? 'done' : 'open' },
  ];
  return { forward, branch: branchOf(report, forward) };
}
