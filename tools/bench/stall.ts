import { released } from '../package.ts';
import { Repeater } from './application.ts';
import type { Executor } from './executor.ts';
import { runId, type Stage } from './stage.ts';
import { timed } from './statistics.ts';
import type { Limit, Row, Table } from './table.ts';

/** How many of the tables that the release only reads are watched: the largest. */
const READ_TABLES = 2;
const phases = ['nothing', 'the trial', 'the release', 'the undo'] as const;
type Phase = (typeof phases)[number];

/** A client, and what it was kept waiting in each round by phase. */
interface Watched {
  readonly what: string;
  readonly client: Repeater;
  readonly stalls: Record<Phase, number[]>;
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
    return { what, client: await Repeater.start(stage.server, next), stalls };
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

/** Does something, and notes how long each client was kept waiting meanwhile. Returns the milliseconds that it took. */
async function during(phase: Phase, watched: readonly Watched[], run: () => Promise<unknown>): Promise<number> {
  for (const { client } of watched) await client.longest();
  const { ms } = await timed(run);
  for (const { client, stalls } of watched) stalls[phase].push(await client.longest());
  return ms;
}

/** Milliseconds of each trial. */
async function measure(executor: Executor, watched: readonly Watched[], rounds: number): Promise<number[]> {
  const trials: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await during('nothing', watched, () => executor.run('fingerprint'));
    trials.push(await during('the trial', watched, () => executor.run('trial')));
    await during('the release', watched, () => executor.tiers());
    await during('the undo', watched, () => executor.run('undo', { undoReleased: runId }));
  }
  return trials;
}

function rows(watched: readonly Watched[], trials: readonly number[]): Row[] {
  const limits: Record<Phase, Limit | undefined> = {
    nothing: undefined,
    'the trial': { most: 1.3, of: 'ratio' },
    'the release': { most: 250 },
    'the undo': { most: 250 },
  };
  return phases.flatMap((phase) =>
    watched.map(({ what, stalls }): Row => {
      const limit = limits[phase];
      const row = { what: `${phase}: ${what}`, unit: 'ms' as const, samples: stalls[phase] };
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
    trials = await measure(executor, watched, rounds);
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
