import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedRelease } from '../../local/driver/cached-release.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { startPostgres } from '../../local/postgres/server.ts';
import { database, packageDirectory, released, writer } from '../package.ts';
import { playBaseline } from './baseline.ts';
import { readFacts } from './facts.ts';
import { useSequences } from './used-sequences.ts';
import { chaosSettings, type Boundary, type Stand } from './stand.ts';

/**
 * Starts a server, synthesizes the stack once, and plays one undisturbed release, keeping a template for each state.
 */
export async function openStand(): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-chaos-'));
  const server = await startPostgres({ superuser: writer });
  try {
    await buildFixture(server, { packageDirectory, database: 'fixture' });
    await useSequences(server, 'fixture');
    const release = cachedRelease({ packageDirectory, settings: chaosSettings });
    await copyDatabase(server, { from: 'fixture', to: database });
    const entryDump = await dumpDatabase(server, database);
    const entry = await readFacts(server);
    const parts = {
      server,
      released,
      release,
      folder,
      entry,
      end: entry,
      entryDump,
      boundaries: new Map<string, Boundary>(),
    };
    // A longer start-by, because copying the templates can take longer than the short one on a busy machine; the
    // documents are the same.
    const patient = cachedRelease({ packageDirectory, settings: { ...chaosSettings, startBySeconds: 30 } });
    const boundaries = await playBaseline({ ...parts, release: patient, stop: () => Promise.resolve() });
    const end = await readFacts(server);
    return {
      ...parts,
      boundaries,
      end,
      stop: async () => {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
