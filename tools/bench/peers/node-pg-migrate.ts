import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Peer, peersBin, runPeer, versionOf } from './peer.ts';
import type { PlainTier } from './plain-sql.ts';
import type { Stage } from '../stage.ts';

/** node-pg-migrate: one transaction per migration, over node-postgres. */
export async function nodePgMigrate(stage: Stage, tiers: readonly PlainTier[]): Promise<Peer | undefined> {
  const command = join(peersBin, 'node-pg-migrate');
  const version = await versionOf(command, '--version');
  if (version === undefined) return undefined;
  const directory = join(stage.folder, 'node-pg-migrate');
  mkdirSync(directory);
  tiers.forEach(({ name, sql }, index) => {
    writeFileSync(join(directory, `178044480000${index}_${name}.sql`), `-- Up Migration\n${sql}`);
  });
  const parameters = ['up', '--migrations-dir', directory, '--no-single-transaction'];
  return { name: 'node-pg-migrate', version, run: () => runPeer(stage, command, parameters, { directory }) };
}
