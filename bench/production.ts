import type { Executor } from './executor.ts';
import { releaseRound, type Samples } from './release-round.ts';
import { interleave } from './rounds.ts';
import { runId, type Stage } from './stage.ts';
import type { Limit, Row, Table } from './table.ts';

const limits: Readonly<Record<string, number>> = {
  'gate-check': 300,
  fingerprint: 5_000,
  tiers: 5_000,
  undo: 1_000,
};

function limitOf(name: string): { readonly limit?: Limit } {
  const most = limits[name] ?? (name.startsWith('tier-') ? 2_000 : name.startsWith('v_ui_') ? 500 : undefined);
  return most === undefined ? {} : { limit: { most } };
}

const titles: Readonly<Record<string, string>> = { tiers: 'all tiers', undo: 'rollback (undo)' };

/** Rows of everything that a round measures. */
function roundRows(samples: Samples): Row[] {
  return [...samples].map(([name, list]) => ({
    what: titles[name] ?? name,
    unit: 'ms',
    samples: list,
    ...limitOf(name),
  }));
}

/** The package on production's row counts, script by script, and its whole against plain psql. */
export async function production(stage: Stage, executor: Executor, rounds: number): Promise<Table> {
  await stage.build('production', { scale: 'production' });
  await stage.fresh('production');
  await stage.sql('drop database production', 'postgres');
  const samples: Samples = new Map();
  await releaseRound(stage, new Map());
  for (let round = 0; round < rounds; round += 1) await releaseRound(stage, samples);
  const undo = () => stage.plainScript('undo', { undo_released: runId });
  const whole = await interleave(
    [
      { name: 'psql', run: async () => stage.plainPackage().finally(undo) },
      { name: 'sessions', run: async () => stage.plainTiers().finally(undo) },
      { name: 'one-roof', run: async () => executor.tiers().finally(undo) },
    ],
    rounds,
  );
  const reference = whole.get('psql') ?? [];
  return {
    id: 'production',
    title: 'Production size: 820,183 labels, 1,121,521 births, 203,537 issues, 191,904 events',
    how:
      `${rounds} rounds, fsync on, each script in a psql of its own with its prelude, each release rolled back before the next. ` +
      "Then as many interleaved rounds of the whole. The time of a view is the server's, for all rows in full.",
    rows: [
      ...roundRows(samples),
      { what: 'whole package, psql in one process', unit: 'ms', samples: reference, reference },
      {
        what: 'whole package, psql, a process a tier, with prelude',
        unit: 'ms',
        samples: whole.get('sessions') ?? [],
        reference,
      },
      {
        what: 'whole package, our executor',
        unit: 'ms',
        samples: whole.get('one-roof') ?? [],
        reference,
        limit: {
          most: 1.1,
          of: 'ratio',
          why: 'eight sessions and eight wrappers cost the same half second as on the small fixture, and the SQL itself needs little more than that',
        },
      },
    ],
  };
}
