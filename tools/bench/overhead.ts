import { runProgram } from '../../local/postgres/run-program.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import type { Executor, Sent } from './executor.ts';
import { interleave } from './rounds.ts';
import { database } from '../package.ts';
import type { Stage } from './stage.ts';
import { median, timed } from './statistics.ts';
import type { Row, Table } from './table.ts';

/**
 * The measured tier: it can be repeated because it only reads, and its 212 lines are the length of an ordinary tier.
 */
const tier = 'tier-0';
/** Number of processes that one document starts on this machine besides psql, including the stand-in for docker. */
const processes = 17;
/** Latencies in milliseconds after which polling has reached its longest pause, spread over that pause. */
const slowest = [2_000, 2_050, 2_100, 2_150, 2_200, 2_250, 2_300];

function less(left: readonly number[], right: readonly number[]): number[] {
  return left.map((value, index) => value - (right[index] ?? 0));
}

async function measure(stage: Stage, executor: Executor, rounds: number) {
  const sent: Sent[] = [];
  const samples = await interleave(
    [
      {
        name: 'process',
        run: async () =>
          (await timed(() => runProgram('/bin/sh', ['-c', '/bin/true; /bin/true; /bin/true; /bin/true; :']))).ms / 5,
      },
      {
        name: 'start',
        run: async () => (await timed(() => runPsql(stage.server, { database, sql: 'select 1' }))).ms,
      },
      { name: 'psql', run: () => stage.plainScript(tier) },
      { name: 'shell', run: () => executor.run(tier) },
      {
        name: 'sent',
        run: async () => {
          const one = await executor.send(tier);
          sent.push(one);
          return one.total;
        },
      },
    ],
    rounds,
  );
  const late: number[] = [];
  for (const latency of slowest) late.push((await executor.send(tier, latency)).detection);
  return { of: (name: string): readonly number[] => samples.get(name) ?? [], sent: sent.slice(1), late };
}

function rowsOf({ of, sent, late }: Awaited<ReturnType<typeof measure>>): Row[] {
  const [start, psql, shell] = [of('start'), of('psql'), of('shell')];
  const part = (name: keyof Sent): number[] => sent.map((one) => one[name]);
  const row = (what: string, samples: readonly number[], more: Partial<Row> = {}): Row => {
    return { what, unit: 'ms', samples, reference: psql, ...more };
  };
  const one = median(of('process')).toFixed(1);
  return [
    row('dispatch: SendCommand answered', part('dispatch')),
    row('wrapper, digest check and container shim', less(shell, psql), {
      limit: { most: 60, why: `about ${processes} processes are started, ${one} ms each` },
      note: 'the overhead without SSM transport',
    }),
    row('psql start and connection', start),
    row('SQL: prelude and script', less(psql, start)),
    row('detection of the end', part('detection'), {
      limit: { most: 350 },
      note: 'polls at 100 ms, growing by a quarter to 300 ms',
    }),
    row('detection of the end, SSM latency of 2 s and more', late, {
      limit: { most: 350 },
      note: `${late.length} commands, polls at their longest pause of 300 ms`,
    }),
    row('whole tier, psql alone', psql),
    row('whole tier, document', shell),
    row('whole tier, through SSM', part('total')),
    row('start of one process that does nothing', of('process'), {
      note: `a document starts about ${processes} besides psql`,
    }),
  ];
}

/** The table of what a tier costs besides its SQL, and where. */
export async function overhead(stage: Stage, executor: Executor, rounds: number): Promise<Table> {
  await stage.fresh('small');
  return {
    id: 'overhead',
    title: 'Overhead of a tier, split',
    how:
      `${rounds} interleaved rounds of tier 0 on the small fixture: by psql alone, by its document (as the agent runs it), ` +
      'and through SendCommand on the loopback interface with the polling of production. Wrapper and SQL are differences within ' +
      'a round. The end of a command is when its wrapper removes its folder. The ratio is to the whole tier by psql alone.',
    rows: rowsOf(await measure(stage, executor, rounds)),
  };
}
