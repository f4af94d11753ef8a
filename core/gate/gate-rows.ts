import type { Gate, GateCondition } from '../base/contracts.ts';
import { engineRemedy } from './engine-blockers.ts';

/** One of the gate's conditions as a report shows it. */
export interface GateRow extends Pick<GateCondition, 'meaning' | 'required' | 'ok'> {
  readonly name: string;
  readonly measured: string;
}

function measuredText({ measured }: GateCondition): string {
  return measured ?? 'not measurable';
}

/**
 * The gate's conditions, each with its meaning and verdict; all of them when the gate script ran, none when it did not.
 */
export function gateRows({ conditions }: Gate): GateRow[] {
  return conditions.map((condition) => {
    const { id, meaning, required, ok } = condition;
    return { name: id, meaning, required, measured: measuredText(condition), ok };
  });
}

/** One line per blocker: its code and what it asks for. */
export function blockerRows({ blockers, conditions }: Gate): { readonly code: string; readonly remedy: string }[] {
  const codes = blockers.split(';').filter((code) => code !== '');
  return codes.map((code) => {
    const remedy = conditions.find(({ blocker }) => blocker === `${code};`)?.remedy ?? engineRemedy(code);
    return { code, remedy: remedy ?? 'See the operator’s runbook.' };
  });
}

/** The figures that a line about the gate names, as `name=value`. */
export function headlines({ conditions }: Pick<Gate, 'conditions'>): string[] {
  return conditions.filter(({ headline }) => headline).map((condition) => `${condition.id}=${measuredText(condition)}`);
}
