import type { Executor } from './executor.ts';
import { type Rehearsed, rehearseOnce } from './rehearsed.ts';
import { byExecutor, note, plainly, releaseRound, type Samples } from './release-round.ts';
import { roles } from '../package.ts';
import { runId, type Stage } from './stage.ts';
import { median } from './statistics.ts';
import type { Limit, Row, Table } from './table.ts';

const limits: Readonly<Record<string, number>> = {
  [roles.gate]: 300,
  fingerprint: 5_000,
  drift: 300,
  tiers: 5_000,
  [roles.undo]: 1_000,
};

const titles: Readonly<Record<string, string>> = {
  [roles.gate]: 'gate check',
  [roles.probe]: 'probe',
  'tier-8': 'tier-8 (verify)',
  [roles.contract]: 'read contract',
  [roles.outcome]: 'independent re-read',
  drift: 'comparison with the seal',
  tiers: 'all tiers',
  [roles.undo]: 'rollback (undo)',
};

interface Measured {
  readonly plain: Samples;
  readonly ours: Samples;
  /** Samples of 99_run_all.sql in one psql process. */
  readonly package: readonly number[];
}

function limitOf(name: string): { readonly limit?: Limit } {
  const most = limits[name] ?? (name.startsWith('tier-') ? 2_000 : name.startsWith('v_ui_') ? 500 : undefined);
  return most === undefined ? {} : { limit: { most } };
}

/** Rows for everything that a round measures. Views are read by psql alone. */
function roundRows({ plain, ours }: Measured): Row[] {
  return [...ours].map(([name, samples]): Row => {
    const what = titles[name] ?? name;
    if (name.startsWith('v_ui_')) return { what, unit: 'ms', samples, ...limitOf(name) };
    return { what, unit: 'ms', samples, reference: plain.get(name) ?? [], ...limitOf(name) };
  });
}

function wholeRows(measured: Measured): Row[] {
  const sessions = measured.plain.get('tiers') ?? [];
  const ours = measured.ours.get('tiers') ?? [];
  const [floor, apart, wrapped] = [measured.package, sessions, ours].map((samples) => Math.round(median(samples)));
  const row = (what: string, samples: readonly number[]): Row => ({
    what: `whole package, ${what}`,
    unit: 'ms',
    samples,
    reference: measured.package,
  });
  return [
    row('psql in one process', measured.package),
    row('psql, one process per tier, with prelude', sessions),
    {
      ...row('our executor', ours),
      limit: {
        most: 1.1,
        of: 'ratio',
        why: `${floor} ms in one process, ${apart} in eight with preludes, ${wrapped} with wrappers and digest checks`,
      },
    },
  ];
}

function rehearsalRows(rehearsed: Rehearsed): Row[] {
  const [seconds, copying] = [rehearsed.ms / 1_000, rehearsed.copyMs / 1_000];
  const why = `${copying.toFixed(1)} s of it are pg_dump and pg_restore, which two cores share with the server`;
  return [
    { what: 'rehearsal, twice forward and back on a clone', unit: 's', samples: [seconds], limit: { most: 20, why } },
    { what: 'of it, copying the database', unit: 's', samples: [copying] },
  ];
}

/** Measures three ways in turn and changes their order in every round; the first round only warms the caches. */
async function measure(stage: Stage, executor: Executor, rounds: number): Promise<Measured> {
  const plain: Samples = new Map();
  const ours: Samples = new Map();
  const whole: Samples = new Map();
  const undo = () => stage.plainScript('undo', { undo_released: runId });
  const ways = [
    () => releaseRound(stage, plainly(stage), plain),
    () => releaseRound(stage, byExecutor(executor), ours),
    async () => {
      await stage.sql('checkpoint');
      try {
        note(whole, 'package', await stage.plainPackage());
      } finally {
        await undo();
      }
    },
  ];
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) await way();
    if (round === 0) for (const samples of [plain, ours, whole]) samples.clear();
  }
  return { plain, ours, package: whole.get('package') ?? [] };
}

/** The table of the package on production's row counts: script by script, and as a whole against plain psql. */
export async function production(stage: Stage, executor: Executor, rounds: number): Promise<Table> {
  await stage.build('production', { scale: 'production' });
  await stage.fresh('production');
  await stage.sql('drop database production', 'postgres');
  const measured = await measure(stage, executor, rounds);
  const rehearsed = await rehearseOnce(stage);
  return {
    id: 'production',
    title: 'Production size: 820,183 labels, 1,121,521 births, 203,537 issues, 191,904 events',
    how:
      `${rounds} interleaved rounds, fsync on, every release rolled back before the next: by our executor (document, wrapper, ` +
      'container shim, psql, proof), by plain psql with a process and prelude per script, which the ratio is to, and by plain psql in ' +
      "one process, which the last three ratios are to. The time of a view is the server's, for all rows in full, as the reader. " +
      'One rehearsal through the state machine.',
    rows: [...roundRows(measured), ...wholeRows(measured), ...rehearsalRows(rehearsed)],
  };
}
