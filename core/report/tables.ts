import * as z from 'zod';
import type { Trial } from '../base/contracts.ts';
import type { EndingState } from '../base/ending-state.ts';
import { parseJsonAs } from '../base/json.ts';
import type { Report } from './build.ts';
import { baselineOf } from '../gate/gate-line.ts';
import { isSection } from '../ending/changed-sections.ts';
import { duration } from './time.ts';
import { lastOf } from '../evidence/entries.ts';

const scalar = z.union([z.string(), z.number()]).transform(String);
const metricRows = z.array(z.object({ metric: z.string(), value: scalar, expected: scalar }));
const probeSchema = z.record(z.string(), z.unknown());
const jsonFact = z.object({ json: z.string() });
const provenFacts = z.object({
  fingerprint: jsonFact,
  probe: jsonFact.optional(),
  gate: jsonFact.optional(),
  equalToEntry: z.boolean().optional(),
  others: z.array(z.string()).default([]),
  excused: z.array(z.string()).default([]),
});

/** What a trial took: the strongest lock on each relation of the application, and how long each script ran. */
export function trialRows({ trial }: EndingState): { locks: [string, string][]; parts: [string, string][] } {
  const modeOf = (mode: string) =>
    mode
      .replace(/Lock$/, '')
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase();
  return {
    locks: trial?.locks.map(({ relation, mode }) => [relation, modeOf(mode)]) ?? [],
    parts: trial?.parts.map(({ script, milliseconds }) => [script, duration(milliseconds / 1000)]) ?? [],
  };
}

/** What a trial tried, and what it cost the application, in a sentence each. */
export function trialSentence({ parts, milliseconds }: Trial, tiers: readonly { readonly id: string }[]): string {
  const left = tiers.find(({ id }) => !parts.some(({ script }) => script === `tier-${id}`));
  const tried = left === undefined ? 'release and undo were' : `what comes before tier ${left.id}, and its undo, were`;
  const why = left === undefined ? '' : ' Why the rest cannot be tried stands among the notes of the gate.';
  return `Before the first change, ${tried} tried in one transaction that kept nothing.${why} It held these locks for ${duration(milliseconds / 1000)}; whoever needed a relation in a conflicting mode waited for as long.`;
}

/** The end state as an outsider read it back: metric, value, expected. */
export function endStateRows({ postChecks }: EndingState): [string, string, string][] {
  const json = postChecks?.facts['outcome']?.['json'];
  const rows = parseJsonAs(metricRows, json) ?? [];
  return rows.map(({ metric, value, expected }) => [metric, value, expected]);
}

/** The read contract: each view that the application reads, and the rows the read-only role saw in it. */
export function uiContractRows({ postChecks }: EndingState): [string, string][] {
  const rows = parseJsonAs(probeSchema, postChecks?.facts['contract']?.['json']) ?? {};
  return Object.entries(rows).map(([view, count]) => [view, String(count)]);
}

/** Nested counters as one flat list: `outer.inner`. */
function flatten(probe: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] {
  return Object.entries(probe).flatMap(([name, value]): [string, string][] => {
    const inner = probeSchema.safeParse(value);
    if (inner.success && value !== null && !Array.isArray(value)) return flatten(inner.data, `${prefix}${name}.`);
    return [[`${prefix}${name}`, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}

function flatJson(json: string | undefined): Map<string, string> {
  return new Map(flatten(parseJsonAs(probeSchema, json) ?? {}));
}

/** One table of counters, a column for each moment at which they were read. */
export interface ProbeTable {
  readonly moments: readonly string[];
  readonly rows: readonly { readonly name: string; readonly values: readonly string[]; readonly changed: boolean }[];
}

/** The baseline probe at entry, before the seal, at exit and after a rollback, as far as it was taken. */
export function probeTable({ state, evidence }: Report): ProbeTable {
  const proven = provenFacts.safeParse(lastOf(evidence.entries, 'prove-baseline')?.facts).data;
  const taken: [string, string | undefined][] = [
    ['entry', state.tiers?.at(0)?.beside['probe']?.['json']],
    ['mid', state.tiers?.slice(1).findLast(({ beside }) => 'probe' in beside)?.beside['probe']?.['json']],
    ['exit', state.postChecks?.facts['probe']?.['json']],
    ['after rollback', proven?.probe?.json],
  ];
  const probes = taken.filter(([, json]) => json !== undefined).map(([, json]) => flatJson(json));
  const names = [...new Set(probes.flatMap((probe) => [...probe.keys()]))];
  const rows = names.map((name) => {
    const values = probes.map((probe) => probe.get(name) ?? '');
    return { name, values, changed: new Set(values).size > 1 };
  });
  return { moments: taken.filter(([, json]) => json !== undefined).map(([moment]) => moment), rows };
}

/** One part of the fingerprint; what others changed meanwhile is no failure of the rollback. */
interface ProofPart {
  readonly name: string;
  readonly entry: string;
  readonly now: string;
  readonly verdict: 'equal' | 'changed by others' | 'differs';
}

/** The proof that a rollback restored the database. */
export interface RollbackProof {
  readonly at: string;
  /** The sentence that says so, with the gate's own reading after the undo. */
  readonly sentence: string;
  /** What others changed between entry and proof, in words. */
  readonly others: readonly string[];
  /** Each part of the fingerprint, at entry and now. */
  readonly parts: readonly ProofPart[];
}

/** The proof that the database is as it was at entry; undefined when nothing had to be, or could be, proven. */
export function rollbackProof({ state, evidence }: Report): RollbackProof | undefined {
  const entry = lastOf(evidence.entries, 'prove-baseline');
  const facts = provenFacts.safeParse(entry?.facts).data;
  if (entry === undefined || facts === undefined) return undefined;
  const before = flatJson(state.tiers?.at(0)?.beside['fingerprint']?.['json']);
  const now = flatJson(facts.fingerprint.json);
  const baseline = baselineOf(facts.gate?.json);
  const sentence = baseline === undefined ? '' : `FULL ROLLBACK OK: ${baseline}`;
  const names = [...new Set([...before.keys(), ...now.keys()])].filter(isSection);
  const parts = names.map((name): ProofPart => {
    const [one, two] = [before.get(name) ?? '', now.get(name) ?? ''];
    const verdict = one === two ? 'equal' : facts.excused.includes(name) ? 'changed by others' : 'differs';
    return { name, entry: one, now: two, verdict };
  });
  return { at: entry.at, sentence, others: facts.others, parts };
}
