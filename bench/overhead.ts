import { runPsql } from '../local/postgres/psql.ts';
import type { Executor } from './executor.ts';
import { interleave } from './rounds.ts';
import type { Stage } from './stage.ts';
import { timed } from './statistics.ts';
import type { Table } from './table.ts';

/** A tier that can be repeated: it only reads, and its 212 lines are of an ordinary tier's length. */
const tier = 'tier-0';

function less(left: readonly number[], ...right: (readonly number[])[]): number[] {
  return left.map((value, index) => right.reduce((rest, samples) => rest - (samples[index] ?? 0), value));
}

/** What a tier costs beyond its SQL, and where. */
export async function overhead(stage: Stage, executor: Executor, rounds: number): Promise<Table> {
  await stage.fresh('small');
  const dispatches: number[] = [];
  const connect = async () => (await timed(() => runPsql(stage.server, { database: 'directus', sql: 'select 1' }))).ms;
  const samples = await interleave(
    [
      { name: 'start', run: connect },
      { name: 'psql', run: () => stage.plainScript(tier) },
      { name: 'shell', run: () => executor.run(tier) },
      {
        name: 'sent',
        run: async () => {
          const { total, dispatch } = await executor.send(tier);
          dispatches.push(dispatch);
          return total;
        },
      },
    ],
    rounds,
  );
  const of = (name: string): readonly number[] => samples.get(name) ?? [];
  const [start, psql, shell, sent, dispatch] = [of('start'), of('psql'), of('shell'), of('sent'), dispatches.slice(1)];
  const detection = less(sent, dispatch, shell);
  return {
    id: 'overhead',
    title: 'Overhead of a tier, split',
    how:
      `${rounds} interleaved rounds of tier 0 on the small fixture: by psql alone, by its document (as the agent runs it), ` +
      'and through SendCommand on the loopback interface with the polling of production. Parts are differences within a round.',
    rows: [
      { what: 'dispatch: SendCommand answered', unit: 'ms', samples: dispatch },
      {
        what: 'wrapper, digest check and container shim',
        unit: 'ms',
        samples: less(shell, psql),
        limit: { most: 60, why: 'process starts: sh, docker stand-in, base64, gzip, sha256sum, head, tail, timeout' },
        note: 'the overhead without SSM transport',
      },
      { what: 'psql start and connection', unit: 'ms', samples: start },
      { what: 'SQL: prelude and script', unit: 'ms', samples: less(psql, start) },
      {
        what: 'detection of the end',
        unit: 'ms',
        samples: detection,
        limit: { most: 350 },
        note: 'polls at 100 ms, growing by a quarter to 300 ms',
      },
      { what: 'whole tier, psql alone', unit: 'ms', samples: psql, reference: psql },
      { what: 'whole tier, document', unit: 'ms', samples: shell, reference: psql },
      { what: 'whole tier, through SSM', unit: 'ms', samples: sent, reference: psql },
    ],
  };
}
