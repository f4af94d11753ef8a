import { runPsql } from '../../local/postgres/psql.ts';
import type { Executor } from './executor.ts';
import { database, roles } from '../package.ts';
import { runId, type Stage } from './stage.ts';
import { timed } from './statistics.ts';

/** Milliseconds by name of what was measured: one list per name, one number per round. */
export type Samples = Map<string, number[]>;

/**
 * Runs one script of the package, demands its proof and returns the milliseconds. `undo` names the sealed run to roll
 * back.
 */
export type ScriptRunner = (id: string, undo?: string) => Promise<number>;

/** Read-only scripts before a release, and those after it. */
const before = [roles.gate, 'fingerprint', roles.probe];
const after = [roles.contract, roles.outcome, 'drift'];

/** Runs scripts by plain psql, prelude first. */
export function plainly(stage: Stage): ScriptRunner {
  return (id, undo) => stage.plainScript(id, undo === undefined ? {} : { undo_released: undo });
}

/** Runs scripts by our executor: document, wrapper, container stand-in, psql, proof. */
export function byExecutor(executor: Executor): ScriptRunner {
  return (id, undo) => executor.run(id, undo === undefined ? {} : { undoReleased: undo });
}

/** Adds one measurement. */
export function note(samples: Samples, name: string, ms: number): void {
  samples.set(name, [...(samples.get(name) ?? []), ms]);
}

async function views(stage: Stage): Promise<string[]> {
  const text = await stage.sql(
    String.raw`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v' and relname like 'v\_ui\_%' order by 1`,
  );
  return text.split('\n');
}

/** Milliseconds to read every row of a view in full, as the reader, without the start of psql. */
async function readView(stage: Stage, view: string): Promise<number> {
  const result = await runPsql(stage.server, {
    database,
    user: stage.release.plan.reader,
    bare: true,
    sql: `select clock_timestamp() as began \\gset\nselect count(v) from public.${view} v \\g /dev/null\nselect extract(epoch from clock_timestamp() - :'began') * 1000;\n`,
  });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return Number(result.stdout.trim());
}

/**
 * One release, script by script, and its rollback, so that every round finds the database in the same state. Nothing is
 * analysed between the seal and the checks: the views must be fast on tables that have no statistics yet.
 */
export async function releaseRound(stage: Stage, script: ScriptRunner, samples: Samples): Promise<void> {
  const run = async (id: string, undo?: string) => note(samples, id, await script(id, undo));
  await stage.sql('checkpoint');
  for (const id of before) await run(id);
  const tiers = await timed(async () => {
    for (const id of stage.tiers) await run(id);
  });
  note(samples, 'tiers', tiers.ms);
  for (const id of after) await run(id);
  for (const view of await views(stage)) note(samples, view, await readView(stage, view));
  await run(roles.undo, runId);
}
