import { isTierState, states } from '../base/names.ts';
import * as z from 'zod';
import { parseJson } from '../base/json.ts';
import { gateSchema, trialSchema } from '../base/contracts.ts';
import { headlines } from '../gate/gate-rows.ts';

const gateShape = z.looseObject({
  gate: gateSchema.pick({ status: true, blockers: true, conditions: true }),
});
const tiersShape = z.looseObject({ tiers: z.array(z.looseObject({ facts: z.record(z.string(), z.string()) })) });
const trialShape = z.looseObject({ trial: trialSchema });
const decisionShape = z.looseObject({ decision: z.string(), reason: z.string() });
const outcomeShape = z.looseObject({ outcome: z.string() });
const undoShape = z.looseObject({ undo: z.record(z.string(), z.string()) });
const problemsShape = z.looseObject({ postChecks: z.looseObject({ problems: z.array(z.string()) }) });

/** What a proof line counted, in one line. */
export function factsText(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** The facts to show of a state that has ended, from its output (JSON text); never SQL output. */
export function stateSummary(stateName: string, outputText: string | undefined): string {
  const output = parseJson(outputText);
  if (stateName === states.checkGate) {
    const gate = gateShape.safeParse(output).data?.gate;
    return gate === undefined ? '' : [gate.status, gate.blockers, ...headlines(gate)].join(' ');
  }
  if (isTierState(stateName)) {
    return factsText(tiersShape.safeParse(output).data?.tiers.at(-1)?.facts ?? {});
  }
  if (stateName === states.checkAnswer) {
    const decision = decisionShape.safeParse(output).data;
    return decision === undefined ? '' : `${decision.decision.replaceAll('_', ' ')} ${decision.reason}`;
  }
  if (stateName === states.trial) {
    const trial = trialShape.safeParse(output).data?.trial;
    return trial === undefined ? '' : `would end well, tried in ${(trial.milliseconds / 1000).toFixed(1)} s`;
  }
  if (stateName === states.postChecks) {
    const problems = problemsShape.safeParse(output).data?.postChecks.problems;
    return problems === undefined ? '' : problems.length === 0 ? 'as expected' : problems.join('; ');
  }
  if (stateName === states.undo) {
    const undo = undoShape.safeParse(output).data?.undo;
    return undo === undefined ? '' : `outcome=${undo['outcome'] ?? ''}`;
  }
  return outcomeShape.safeParse(output).data?.outcome.replaceAll('_', ' ') ?? '';
}
