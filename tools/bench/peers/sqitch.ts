import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Peer, runPeer, versionOf } from './peer.ts';
import { apr, database, writer } from '../../package.ts';
import { runId, type Stage } from '../stage.ts';

const planner = '2026-06-03T00:00:00Z One Roof <one-roof@example.org>';

/** sqitch, a Perl program that starts one psql per change, so that it can run psql's own language. */
export async function sqitch(stage: Stage): Promise<Peer | undefined> {
  const version = await versionOf('sqitch', '--version');
  if (version === undefined) return undefined;
  const directory = join(stage.folder, 'sqitch');
  mkdirSync(join(directory, 'deploy'), { recursive: true });
  writeFileSync(
    join(directory, 'sqitch.conf'),
    '[core]\n\tengine = pg\n[user]\n\tname = One Roof\n\temail = one-roof@example.org\n',
  );
  const changes = stage.tiers.map((id) => {
    // As a document holds it: in a folder of their own the files of the package would not find what they include.
    writeFileSync(join(directory, 'deploy', `${id}.sql`), stage.script(id).text);
    return `${id} ${planner}\n`;
  });
  writeFileSync(join(directory, 'sqitch.plan'), `%syntax-version=1.0.0\n%project=one-roof\n\n${changes.join('')}`);
  const parameters = ['deploy', '--set', `ratified_apr=${apr}`, '--set', `run_id=${runId}`, `db:pg:${database}`];
  const environment = { SQITCH_USERNAME: writer };
  return {
    name: 'sqitch',
    version,
    run: () => runPeer(stage, 'sqitch', ['--chdir', directory, ...parameters], { directory, environment }),
  };
}
