import { namedDigest } from '../../core/base/digest.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { packageDirectory } from '../package.ts';
import { join } from 'node:path';
import { plainly, releaseRound, type Samples } from './release-round.ts';
import type { Stage } from './stage.ts';
import { profileUndo } from './undo-profile.ts';
import { exponent, median } from './statistics.ts';
import type { Row, Table } from './table.ts';

/** The plan's figures for a fixture with this many governed collections. */
async function variables(stage: Stage, collections: number, database: string): Promise<Record<string, string>> {
  const scopes = Number(stage.release.plan.variables['expected_scopes']);
  const file = join(packageDirectory, 'fixture/owner_map.sql');
  const owners = (await runPsql(stage.server, { database, file })).stdout.trim();
  return {
    expected_inventory: String(collections),
    expected_gap: String(collections * scopes),
    expected_ownership: String(owners.split(',').length * scopes),
    owner_map: owners,
  };
}

function growthRow(name: string, bySize: ReadonlyMap<number, Samples>, undo: string): Row {
  const at = (size: number) => ({ size, time: median(bySize.get(size)?.get(name) ?? []) });
  const sizes = [...bySize.keys()];
  const [, second = 0] = sizes;
  const largest = sizes.at(-1) ?? 0;
  const previous = sizes.at(-2) ?? 0;
  const times = sizes.map((size) => `${Math.round(at(size).time)}`).join(' → ');
  const last = exponent(at(previous), at(largest)).toFixed(2);
  return {
    what: `${name}: growth exponent`,
    unit: '',
    samples: [exponent(at(second), at(largest))],
    limit: { most: 1.15, ...(name === 'undo' ? { why: undo } : {}) },
    note: `${times} ms; last decade alone ${last}`,
  };
}

/** The table of how each script's time grows with the number of governed collections. */
export async function scaling(stage: Stage, sizes: readonly number[], rounds: number): Promise<Table> {
  const bySize = new Map<number, Samples>();
  const digests: string[] = [];
  for (const size of sizes) {
    await stage.build(`scale_${size}`, { collections: size });
    const given = await variables(stage, size, `scale_${size}`);
    await stage.fresh(`scale_${size}`);
    await stage.sql(`drop database scale_${size}`, 'postgres');
    digests.push(`${size}: ${namedDigest(stage.useVariables(given)).slice(0, 19)}…`);
    const samples: Samples = new Map();
    for (let round = 0; round < rounds; round += 1) await releaseRound(stage, plainly(stage), samples);
    bySize.set(size, samples);
  }
  const undo = await profileUndo(stage);
  stage.variablesFile = undefined;
  const largest = sizes.at(-1) ?? 0;
  const names = [...(bySize.get(largest)?.keys() ?? [])];
  const all = bySize.get(largest)?.get('tiers') ?? [];
  return {
    id: 'scaling',
    title: 'Scaling with governed collections',
    how:
      `${sizes.join(', ')} collections, ${rounds} rounds each, fsync on, prelude and proofs on. Not the released package: the plan's ` +
      `figures and owner map are other ones, given in a variables file (digests ${digests.join(', ')}), because at 35,000 the owner map ` +
      'of 56 kB fits neither a document nor a single command-line word of every system. The exponent is between the second and the largest size.',
    rows: [
      {
        what: `all tiers at ${largest} collections`,
        unit: 'ms',
        samples: all,
        limit: { most: 60_000 },
        note: `${largest * 6} cells`,
      },
      ...names.map((name) => growthRow(name, bySize, undo)),
    ],
  };
}
