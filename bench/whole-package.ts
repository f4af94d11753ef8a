import type { Executor } from './executor.ts';
import { installedPeers } from './peers/installed.ts';
import { interleave } from './rounds.ts';
import type { Stage } from './stage.ts';
import type { Row, Table } from './table.ts';

const notOurs = 'start of the language that the tool is written in, and its own bookkeeping';

/** The whole package: the floor, our executor, and what a user could pick instead, on the same SQL. */
export async function wholePackage(stage: Stage, executor: Executor, rounds: number): Promise<Table> {
  const { peers, skipped } = await installedPeers(stage);
  const prepare = () => stage.fresh('small');
  const samples = await interleave(
    [
      { name: 'psql', prepare, run: () => stage.plainPackage() },
      { name: 'sessions', prepare, run: () => stage.plainTiers() },
      { name: 'one-roof', prepare, run: () => executor.tiers() },
      ...peers.map((peer) => ({ name: peer.name, prepare, run: () => peer.run() })),
    ],
    rounds,
  );
  const of = (name: string): readonly number[] => samples.get(name) ?? [];
  const row = (name: string, what: string): Row => ({ what, unit: 'ms', samples: of(name), reference: of('psql') });
  const against = peers
    .filter(({ most }) => most !== undefined)
    .map(({ name, most = 1 }): Row => ({
      what: `our executor against ${name}`,
      unit: 'ms',
      samples: of('one-roof'),
      reference: of(name),
      limit: { most, of: 'ratio', why: 'a psql, a digest check and a container entry for each of eight scripts' },
    }));
  return {
    id: 'package',
    title: 'The whole package, small fixture',
    how:
      `${rounds} interleaved rounds, each on a fresh copy, fsync on. Plain psql runs 99_run_all.sql in one process; our executor ` +
      'runs each of the eight tiers through document, wrapper, container shim and psql, and demands its proof. Peers that speak no ' +
      `psql get the very statements that psql sent, read from its log.${skipped.map((line) => `\nNot measured: ${line}.`).join('')}`,
    rows: [
      row('psql', 'psql, one process'),
      row('sessions', 'psql, a process a tier, with prelude'),
      {
        ...row('one-roof', 'our executor, eight documents'),
        limit: { most: 3, of: 'ratio', why: 'eight sessions instead of one, each with wrapper and digest check' },
      },
      ...peers.map(({ name, version }) => ({ ...row(name, `${name} ${version}`), note: notOurs })),
      ...against,
    ],
  };
}
