import { dbmate } from './dbmate.ts';
import { graphileMigrate } from './graphile-migrate.ts';
import { nodePgMigrate } from './node-pg-migrate.ts';
import type { Peer } from './peer.ts';
import { plainTiers, type PlainTier } from './plain-sql.ts';
import { sqitch } from './sqitch.ts';
import type { Stage } from '../stage.ts';

type Preparation = (stage: Stage, tiers: readonly PlainTier[]) => Promise<Peer | undefined>;

const preparations: Readonly<Record<string, Preparation>> = {
  sqitch,
  'graphile-migrate': graphileMigrate,
  dbmate,
  'node-pg-migrate': nodePgMigrate,
};

/** The peers that can run here, and a sentence for each that cannot. */
export async function installedPeers(
  stage: Stage,
): Promise<{ readonly peers: readonly Peer[]; readonly skipped: readonly string[] }> {
  const tiers = await plainTiers(stage);
  const peers: Peer[] = [];
  const skipped = [
    'liquibase (its npm package fetches the program from elsewhere when first run, Debian has none, and its JDBC driver reaches no Unix socket)',
  ];
  for (const [name, prepare] of Object.entries(preparations)) {
    const peer = await prepare(stage, tiers);
    if (peer === undefined) skipped.push(`${name} (not installed; npm run bench:peers)`);
    else peers.push(peer);
  }
  return { peers, skipped };
}
