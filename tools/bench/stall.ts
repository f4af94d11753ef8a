import { released } from '../package.ts';
import { Repeater } from './application.ts';
import type { Executor } from './executor.ts';
import { runId, type Stage } from './stage.ts';
import { median, timed } from './statistics.ts';
import type { Limit, Row, Table } from './table.ts';

/** How many of the tables that the release only reads are watched: the largest. */
const READ_TABLES = 2;
const phases = ['nothing', 'the trial', 'the release', 'the undo'] as const;
type Phase = (typeof phases)[number];

/** A client, and what it was kept waiting in each round by phase; of the release also by which tier. */
interface Watched {
  readonly what: string;
  readonly client: Repeater;
  readonly stalls: Record<Phase, number[]>;
  readonly byTier: Map<string, number[]>;
}

/** The relations that the release locks against others, and the largest of those that it reads. */
async function relations(stage: Stage): Promise<string[]> {
  const { existing, reads } = released.plan;
  const locked = existing.filter(({ lock }) => lock !== 'row exclusive').map(({ relation }) => relation);
  const largest =
    await stage.sql(`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
    and relname = any (string_to_array('${reads.join(' ')}', ' ')) order by pg_total_relation_size(oid) desc limit ${READ_TABLES}`);
  return [...locked, ...largest.split('\n')];
}

/** An UPDATE of no row: it takes the lock of a writer, waits as one, and changes nothing that the gate counts. */
const write = (relation: string, column: string): string =>
  `update public.${relation} set ${column} = ${column} where false;`;

const read = (relation: string): string => `select from public.${relation} limit 1;`;

/** A writer and a reader per relation, and a transaction over all of them, from another one on in each turn. */
async function application(stage: Stage, names: readonly string[]): Promise<Watched[]> {
  const column = async (relation: string): Promise<string> =>
    stage.sql(`select quote_ident(attname) from pg_attribute where attrelid = 'public.${relation}'::regclass and attnum > 0
      and not attisdropped and attgenerated = '' and attidentity = '' order by attnum desc limit 1`);
  const watch = async (what: string, next: () => string): Promise<Watched> => {
    const stalls = { nothing: [], 'the trial': [], 'the release': [], 'the undo': [] };
    return { what, client: await Repeater.start(stage.server, next), stalls, byTier: new Map() };
  };
  const writes: string[] = [];
  const watched: Watched[] = [];
  for (const name of names) {
    const [writing, reading] = [write(name, await column(name)), read(name)];
    writes.push(writing);
    watched.push(await watch(`writer of ${name}`, () => writing), await watch(`reader of ${name}`, () => reading));
  }
  let turn = 0;
  const inTurn = () => {
    turn = (turn + 1) % writes.length;
    return `begin; ${[...writes.slice(turn), ...writes.slice(0, turn)].join(' ')} commit;`;
  };
  return [...watched, await watch('transaction that writes all of them', inTurn)];
}

/** Does something. Returns the milliseconds that it took, and the longest that each client was kept waiting meanwhile. */
async function during(
  watched: readonly Watched[],
  run: () => Promise<unknown>,
): Promise<{ readonly ms: number; readonly waits: readonly number[] }> {
  for (const { client } of watched) await client.longest();
  const { ms } = await timed(run);
  const waits: number[] = [];
  for (const { client } of watched) waits.push(await client.longest());
  return { ms, waits };
}

/** Milliseconds of each trial. */
async function measure(
  stage: Stage,
  executor: Executor,
  watched: readonly Watched[],
  rounds: number,
): Promise<number[]> {
  const trials: number[] = [];
  const note = async (phase: Phase, run: () => Promise<unknown>): Promise<number> => {
    const { ms, waits } = await during(watched, run);
    for (const [index, { stalls }] of watched.entries()) stalls[phase].push(waits[index] ?? Number.NaN);
    return ms;
  };
  for (let round = 0; round < rounds; round += 1) {
    await note('nothing', () => executor.run('fingerprint'));
    trials.push(await note('the trial', () => executor.run('trial')));
    for (const id of stage.tiers) {
      const { waits } = await during(watched, () => executor.run(id));
      for (const [index, { byTier }] of watched.entries())
        byTier.set(id, [...(byTier.get(id) ?? []), waits[index] ?? Number.NaN]);
    }
    for (const { stalls, byTier } of watched)
      stalls['the release'].push(Math.max(...[...byTier.values()].map((waits) => waits[round] ?? 0)));
    await note('the undo', () => executor.run('undo', { undoReleased: runId }));
  }
  return trials;
}

/** The tiers that keep a client waiting longest, with the median of their waits. */
function longestTiers({ byTier }: Watched): string {
  const waits = [...byTier].map(([id, samples]) => ({ id, ms: Math.round(median(samples)) }));
  const longest = waits.toSorted((one, other) => other.ms - one.ms).slice(0, 2);
  return longest.map(({ id, ms }) => `${id} ${ms} ms`).join(', ');
}

function rows(watched: readonly Watched[], trials: readonly number[]): Row[] {
  const limits: Record<Phase, Limit | undefined> = {
    nothing: undefined,
    'the trial': { most: 1.3, of: 'ratio' },
    'the release': { most: 250 },
    'the undo': { most: 250 },
  };
  return phases.flatMap((phase) =>
    watched.map((client): Row => {
      const limit = limits[phase];
      const note = phase === 'the release' ? { note: longestTiers(client) } : {};
      const row = { what: `${phase}: ${client.what}`, unit: 'ms' as const, samples: client.stalls[phase], ...note };
      return { ...row, ...(limit && { limit }), ...(phase === 'the trial' ? { reference: trials } : {}) };
    }),
  );
}

/**
 * The table of what trial, release and undo cost an application: the longest wait of a writer and of a reader, beside
 * executions of our own that nobody else disturbs.
 */
export async function stall(
  stage: Stage,
  executor: Executor,
  rounds: number,
  scale: 'small' | 'production',
): Promise<Table> {
  if (scale === 'production') await stage.build(scale, { scale });
  await stage.fresh(scale);
  const plain: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    plain.push(await stage.plainPackage());
    await stage.plainScript('undo', { undo_released: runId });
  }
  const watched = await application(stage, await relations(stage));
  let trials: number[];
  try {
    trials = await measure(stage, executor, watched, rounds);
  } finally {
    for (const { client } of watched) await client.stop();
  }
  const deadlocks = watched.reduce((sum, { client }) => sum + client.deadlocks, 0);
  return {
    id: 'stall',
    title: 'What an application waits',
    how:
      `${rounds} rounds at ${scale} size, fsync on: the longest that each client of an application waited while the release was at work. ` +
      'A client repeats one statement every 10 ms. The ratio of the trial itself is to the whole package by psql in one process, that of ' +
      'what waits for it to the trial.',
    rows: [
      { what: 'the trial', unit: 'ms', samples: trials, reference: plain, limit: { most: 1.5, of: 'ratio' } },
      ...rows(watched, trials),
      { what: 'deadlock errors of the application', unit: '', samples: [deadlocks], limit: { most: 0 } },
    ],
  };
}
