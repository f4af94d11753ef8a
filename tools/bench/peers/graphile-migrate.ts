import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Peer, peersBin, runPeer, versionOf } from './peer.ts';
import type { PlainTier } from './plain-sql.ts';
import { database } from '../../package.ts';
import type { Stage } from '../stage.ts';

/** The hash of a committed migration, which chains it to the one before. */
function hashOf(body: string, previous: string): string {
  const text = ((previous === '-' ? '' : previous) + '\n' + body.trim()).trim();
  return `sha1:${createHash('sha1').update(`${text}\n`).digest('hex')}`;
}

/** graphile-migrate, applying committed migrations as in production. */
export async function graphileMigrate(stage: Stage, tiers: readonly PlainTier[]): Promise<Peer | undefined> {
  const command = join(peersBin, 'graphile-migrate');
  const version = await versionOf(command, '--version');
  if (version === undefined) return undefined;
  const directory = join(stage.folder, 'graphile-migrate');
  const committed = join(directory, 'migrations', 'committed');
  mkdirSync(committed, { recursive: true });
  writeFileSync(join(directory, '.gmrc'), JSON.stringify({ connectionString: stage.server.url(database) }));
  writeFileSync(join(directory, 'migrations', 'current.sql'), '');
  let previous = '-';
  tiers.forEach(({ sql }, index) => {
    const hash = hashOf(sql, previous);
    const header = `--! Previous: ${previous}\n--! Hash: ${hash}\n\n`;
    writeFileSync(join(committed, `00000${index + 1}.sql`), header + sql);
    previous = hash;
  });
  return { name: 'graphile-migrate', version, run: () => runPeer(stage, command, ['migrate'], { directory }) };
}
