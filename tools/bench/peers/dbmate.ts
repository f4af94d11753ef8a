import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Peer, peersBin, runPeer, versionOf } from './peer.ts';
import type { PlainTier } from './plain-sql.ts';
import type { Stage } from '../stage.ts';

/** dbmate, a Go program: one transaction per migration, without any check of the result. */
export async function dbmate(stage: Stage, tiers: readonly PlainTier[]): Promise<Peer | undefined> {
  const command = join(peersBin, 'dbmate');
  const version = await versionOf(command, '--version');
  if (version === undefined) return undefined;
  const directory = join(stage.folder, 'dbmate');
  mkdirSync(directory);
  tiers.forEach(({ name, sql }, index) => {
    writeFileSync(join(directory, `2026060300000${index}_${name}.sql`), `-- migrate:up\n${sql}\n-- migrate:down\n`);
  });
  const parameters = ['--no-dump-schema', '--migrations-dir', directory, 'migrate'];
  return { name: 'dbmate', version, run: () => runPeer(stage, command, parameters, { directory }) };
}
