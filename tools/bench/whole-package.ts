import { psqlVariables } from '../../core/package/plan.ts';
import type { Executor } from './executor.ts';
import { type Contender, preparePeers } from './peers/installed.ts';
import { interleave } from './rounds.ts';
import type { Stage } from './stage.ts';
import { median } from './statistics.ts';
import type { Row, Table } from './table.ts';

type Samples = ReadonlyMap<string, readonly number[]>;

/** Says where the time beyond one psql process goes, measured in this very run. */
function whereItGoes(samples: Samples): string {
  const [psql = 0, sessions = 0, ours = 0] = ['psql', 'sessions', 'one-roof'].map((name) =>
    Math.round(median(samples.get(name) ?? [])),
  );
  return (
    `of ${ours} ms, ${psql} are the package in one process, ${sessions - psql} are seven more psql processes and ` +
    `sessions and eight preludes, ${ours - sessions} are eight wrappers, digest checks and container entries`
  );
}

function peerRows({ name, most, peer }: Contender, samples: Samples): { readonly time: Row; readonly against: Row[] } {
  const absent = peer === undefined ? { note: 'not installed; npm run bench:peers' } : {};
  const own = samples.get(name) ?? [];
  const against: Row = {
    what: `our executor against ${name}`,
    unit: 'ms',
    samples: peer === undefined ? [] : (samples.get('one-roof') ?? []),
    reference: own,
    limit: { most: most ?? Infinity, of: 'ratio', why: whereItGoes(samples) },
    ...absent,
  };
  const what = `${name} ${peer?.version ?? ''}`.trim();
  const time: Row = { what, unit: 'ms', samples: own, reference: samples.get('psql') ?? [], ...absent };
  return { time, against: most === undefined ? [] : [against] };
}

/** Checks that a tool ran the whole package. @throws unless every object of the release carries the seal. */
async function assertReleased(stage: Stage, name: string): Promise<void> {
  const sealed = "select count(*) from pg_description where description ~ '^one-roof run=[0-9a-f]{12} state=released '";
  const found = await stage.sql(sealed);
  const objects = Number(psqlVariables(stage.release.plan)['expected_objects']);
  if (found !== String(objects)) throw new Error(`${name} left ${found} sealed objects, not ${objects}`);
}

async function measure(stage: Stage, executor: Executor, contenders: readonly Contender[], rounds: number) {
  const way = (name: string, release: () => Promise<number>) => ({
    name,
    prepare: () => stage.fresh('small'),
    run: async () => {
      const ms = await release();
      await assertReleased(stage, name);
      return ms;
    },
  });
  return interleave(
    [
      way('psql', () => stage.plainPackage()),
      way('sessions', () => stage.plainTiers()),
      way('one-roof', () => executor.tiers()),
      ...contenders.flatMap(({ name, peer }) => (peer === undefined ? [] : [way(name, () => peer.run())])),
    ],
    rounds,
  );
}

/**
 * The table of the whole package: the lower bound, our executor, and tools that a user could choose instead, on the
 * same SQL.
 */
export async function wholePackage(stage: Stage, executor: Executor, rounds: number): Promise<Table> {
  const contenders = await preparePeers(stage);
  let samples: Samples;
  try {
    samples = await measure(stage, executor, contenders, rounds);
  } finally {
    for (const { peer } of contenders) await peer?.stop?.();
  }
  const of = (name: string): readonly number[] => samples.get(name) ?? [];
  const row = (name: string, what: string): Row => ({ what, unit: 'ms', samples: of(name), reference: of('psql') });
  const peers = contenders.map((contender) => peerRows(contender, samples));
  return {
    id: 'package',
    title: 'The whole package, small fixture',
    how:
      `${rounds} interleaved rounds, each on a fresh copy, fsync on. Plain psql runs 99_run_all.sql in one process; our executor ` +
      'runs each of the eight tiers through document, wrapper, container shim and psql, and demands its proof. sqitch runs the ' +
      'same files; peers that speak no psql get the very statements that psql sent, read from its log. The ratio is to plain ' +
      'psql, in the last rows to the peer.',
    rows: [
      row('psql', 'psql, one process'),
      row('sessions', 'psql, one process per tier, with prelude'),
      {
        ...row('one-roof', 'our executor, eight documents'),
        limit: { most: 3, of: 'ratio', why: whereItGoes(samples) },
      },
      ...peers.map(({ time }) => time),
      ...peers.flatMap(({ against }) => against),
    ],
  };
}
