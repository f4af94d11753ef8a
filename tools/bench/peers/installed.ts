import { dbmate } from './dbmate.ts';
import { graphileMigrate } from './graphile-migrate.ts';
import { liquibase } from './liquibase.ts';
import { nodePgMigrate } from './node-pg-migrate.ts';
import type { Peer } from './peer.ts';
import { plainTiers, type PlainTier } from './plain-sql.ts';
import { sqitch } from './sqitch.ts';
import type { Stage } from '../stage.ts';

/** A tool that a user could choose instead of One-Roof. */
interface Candidate {
  readonly name: string;
  /** The most that our executor may take, as a multiple of the tool's time; absent where no limit was set. */
  readonly most?: number;
  readonly prepare: (stage: Stage, tiers: readonly PlainTier[]) => Promise<Peer | undefined>;
}

const candidates: readonly Candidate[] = [
  { name: 'sqitch', most: 1, prepare: sqitch },
  { name: 'liquibase', most: 1, prepare: liquibase },
  { name: 'graphile-migrate', most: 1, prepare: graphileMigrate },
  { name: 'dbmate', most: 1.5, prepare: dbmate },
  { name: 'node-pg-migrate', prepare: nodePgMigrate },
];

/** A candidate that is installed, and how to run it. */
export interface Contender extends Omit<Candidate, 'prepare'> {
  readonly peer: Peer | undefined;
}

/** Prepares every tool that is installed (`npm run bench:peers`) for the comparison. */
export async function preparePeers(stage: Stage): Promise<readonly Contender[]> {
  const tiers = await plainTiers(stage);
  const contenders: Contender[] = [];
  for (const { prepare, ...candidate } of candidates) {
    contenders.push({ ...candidate, peer: await prepare(stage, tiers) });
  }
  return contenders;
}
