import { runPsql } from '../local/postgres/psql.ts';
import { runId, type Stage } from './stage.ts';
import { timed } from './statistics.ts';

/** Milliseconds by what was measured; one list a name, one number a round. */
export type Samples = Map<string, number[]>;

/** Read-only scripts before a release, and those after it. */
const before = ['gate-check', 'fingerprint', 'baseline-probe'];
const after = ['ui-read-contract', 'outcome-reread'];

async function views(stage: Stage): Promise<string[]> {
  const text = await stage.sql(
    String.raw`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v' and relname like 'v\_ui\_%' order by 1`,
  );
  return text.split('\n');
}

/** Every row of a view in full, as the reader sees it; psql's start is not counted. */
async function readView(stage: Stage, view: string): Promise<number> {
  const result = await runPsql(stage.server, {
    database: 'directus',
    user: stage.release.plan.reader,
    bare: true,
    sql: `select clock_timestamp() as began \\gset\nselect count(v) from public.${view} v \\g /dev/null\nselect extract(epoch from clock_timestamp() - :'began') * 1000;\n`,
  });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return Number(result.stdout.trim());
}

/**
 * One release by psql, script by script, and its rollback, so that the next round finds the database as this one did.
 * Between the seal and the checks nothing is analysed: the views must be fast on tables that have no statistics yet.
 */
export async function releaseRound(stage: Stage, samples: Samples): Promise<void> {
  const note = (name: string, ms: number) => {
    const list = samples.get(name) ?? [];
    samples.set(name, [...list, ms]);
  };
  const run = async (id: string, variables: Readonly<Record<string, string>> = {}) => {
    note(id, await stage.plainScript(id, variables));
  };
  await stage.sql('checkpoint');
  for (const id of before) await run(id);
  const tiers = await timed(async () => {
    for (const id of stage.tiers) await run(id);
  });
  note('tiers', tiers.ms);
  for (const id of after) await run(id);
  for (const view of await views(stage)) note(view, await readView(stage, view));
  await run('undo', { undo_released: runId });
}
