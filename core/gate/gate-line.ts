import * as z from 'zod';
import { type GateCondition, gateConditionSchema } from '../base/contracts.ts';
import { foreseen } from './engine-blockers.ts';
import { parseJsonAs } from '../base/json.ts';

/** A condition as the gate script prints it: what the state keeps of it, and what the engine needs only once. */
const conditionSchema = gateConditionSchema.extend({
  /** Which value is off and by what, in a sentence; empty when there is nothing to add to the remedy. */
  explanation: z.string(),
  /** Whether the script's own verdict counts it. One that it does not count closes the gate for the machine alone. */
  verdict: z.boolean(),
});

function agrees({ status, blockers, conditions }: { status: string; blockers: string; conditions: Judged[] }): boolean {
  const open = conditions.every(({ ok, verdict }) => ok || !verdict);
  return open === (status === 'READY') && open === (blockers === '');
}

type Judged = z.output<typeof conditionSchema>;

const gateFields = z.object({
  status: z.enum(['READY', 'BLOCKED']),
  /** What keeps the gate closed, as codes that end in a semicolon; empty when nothing does. */
  blockers: z.string(),
  /** The database's clock at the end of the script, milliseconds since 1970. */
  clock: z.number(),
  /** PostgreSQL's `server_version_num`, such as 160013. */
  server: z.int(),
  /** Names of objects of the release that are there; null when that cannot be read. */
  objects: z.array(z.string()).nullable(),
  /** Where the database stands, in the package's own words. */
  baseline: z.string(),
  conditions: z.array(conditionSchema).min(1),
  /** What would make a release end badly, from the engine's own SQL, `runner/foresight.sql`. */
  findings: z.array(z.object({ code: z.enum(foreseen), explanation: z.string() })),
  /** What an approver has to know although it closes nothing: from the same file, and from the package. */
  notes: z.array(z.string()),
});

/**
 * The JSON of the gate script's proof line: the contract between a package's gate and the engine, which knows none of
 * the conditions. A line whose verdict contradicts its conditions is no verdict.
 */
export const gateLineSchema = gateFields.refine(agrees, 'says another verdict than its conditions');

/** @see gateLineSchema */
export type GateLine = z.output<typeof gateLineSchema>;

/** The conditions as the state carries them to approver and report. */
export function keptConditions({ conditions }: GateLine): GateCondition[] {
  return conditions.map(({ explanation: _said, verdict: _counted, ...kept }) => kept);
}

/** What a condition says that does not hold, in words. */
export function explanationsOf({ conditions }: GateLine): string[] {
  return conditions.flatMap(({ ok, explanation }) => (ok || explanation === '' ? [] : [explanation]));
}

/** Codes of the conditions that close the gate for the machine, though the script's own verdict does not count them. */
export function furtherBlockers({ conditions }: GateLine): string {
  return conditions.flatMap(({ ok, verdict, blocker }) => (ok || verdict ? [] : [blocker])).join('');
}

const baselineSchema = gateFields.pick({ baseline: true });

/** Where the database stands, in the package's own words, by the JSON of the gate's proof line. */
export function baselineOf(json: string | undefined): string | undefined {
  return parseJsonAs(baselineSchema, json)?.baseline;
}
