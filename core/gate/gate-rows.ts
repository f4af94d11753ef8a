import type { Gate } from '../base/contracts.ts';

/** One of the gate's conditions as a report shows it. */
export interface GateRow {
  readonly name: string;
  readonly meaning: string;
  readonly required: string;
  readonly measured: string;
  readonly ok: boolean;
}

interface Condition {
  readonly meaning: string;
  readonly required: string;
  /** How the blocker of this condition begins. */
  readonly blocker: string;
}

/** The gate's eight conditions, in the order of the gate script. */
const conditions: Readonly<Record<string, Condition>> = {
  database: { meaning: 'The database that was read', required: 'directus', blocker: 'db<>' },
  ospa: { meaning: 'Human signatures on the ratified proposal', required: 'at least 1', blocker: 'ospa<' },
  gap: { meaning: 'Cells that still have no accountable owner', required: 'all of them', blocker: 'gap<>' },
  ownership: { meaning: 'Ownership records that exist already', required: 'none', blocker: 'own<>' },
  conflict: { meaning: 'Cells with two accountable owners', required: 'none', blocker: 'conflict<>' },
  emit: { meaning: 'Governance events waiting to be sent', required: 'none', blocker: 'emit<>' },
  axis: { meaning: 'Tables and views of this release', required: 'absent', blocker: 'axis_' },
  prereqs: { meaning: 'The five views the release builds on', required: 'present', blocker: 'prereq' },
};

/** What a blocker means and what to do, in words; the operator's runbook has the same list. */
const remedies: readonly (readonly [string, string])[] = [
  ['db<>', 'This is not the production database. Connect to the right one.'],
  ['ospa<', 'Nobody has signed yet. Wait for the signature; never add one by hand.'],
  ['own<>', 'Ownership records exist already. Find out who added them.'],
  ['gap<>', 'A collection, a scope or a group was added or removed. Correct the data, or plan and approve anew.'],
  ['conflict<>', 'One cell has two accountable owners. Correct the ownership records.'],
  ['emit<>', 'Governance events are waiting to be sent. Find out which program made them.'],
  ['axis_', 'Objects of an earlier run, or of somebody else, are in the way. Roll back an earlier run; drop nothing.'],
  ['prereq', 'A view that the release builds on is missing. Restore it.'],
  ['event_type_active', 'A governance event type is active. Set it inactive.'],
  ['label_orphans', 'Labels exist that the taxonomy does not know. Repair one or the other.'],
  [
    'documents_differ',
    'The deployed commands are not those of this package. Deploy again, and find out who changed them.',
  ],
  ['clock_skew', 'The clocks of the server and of AWS disagree. Repair the time synchronisation.'],
  ['node_offline', 'The server cannot be reached. Check its Systems Manager agent.'],
  ['rehearsal_', 'No rehearsal of exactly this package has passed lately. Rehearse it.'],
];

function codes(blockers: string): string[] {
  return blockers.split(';').filter((code) => code !== '');
}

/** The gate's values, each with its meaning and verdict; all eight when the gate script ran, none when it did not. */
export function gateRows({ values, blockers }: Gate): GateRow[] {
  const blocked = codes(blockers);
  const known = Object.entries(conditions).filter(([name]) => values[name] !== undefined);
  return known.map(([name, { meaning, required, blocker }]) => ({
    name,
    meaning,
    required,
    measured: String(values[name] ?? 'not measurable'),
    ok: !blocked.some((code) => code.startsWith(blocker)),
  }));
}

/** One line a blocker: its code and what it asks for. */
export function blockerRows({ blockers }: Gate): { readonly code: string; readonly remedy: string }[] {
  return codes(blockers).map((code) => {
    const remedy = remedies.find(([start]) => code.startsWith(start))?.[1];
    return { code, remedy: remedy ?? 'See the operator’s runbook.' };
  });
}
