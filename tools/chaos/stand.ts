import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describePackage, type ReleasePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import type { Settings } from '../../lib/house/settings.ts';
import { synthesizeRelease, type SynthesizedRelease } from '../../lib/house/synthesize.ts';
import { buildDirectus } from '../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';
import type { JsonObject } from '../../local/step-functions/json.ts';
import { playBaseline } from './baseline.ts';
import { type Facts, readFacts } from './facts.ts';

/** Settings of the plan under test: everything that bounds a wait is as short as the schema allows. */
export const chaosSettings: Partial<Settings> = {
  startBySeconds: 3,
  clockSkewSeconds: 1,
  approvalHours: 1,
  requireRehearsal: false,
};

/** The world on entering one state of an undisturbed release: where drives begin. */
export interface Boundary {
  readonly state: string;
  readonly input: JsonObject;
  /** Name of the template database. */
  readonly database: string;
  /** Evidence entries written by then: file name → text. */
  readonly evidence: ReadonlyMap<string, string>;
}

/** One worker's server, package and boundaries; drives on it follow one another. */
export interface Stand {
  readonly server: PostgresServer;
  readonly released: ReleasePackage;
  readonly release: SynthesizedRelease;
  readonly boundaries: ReadonlyMap<string, Boundary>;
  /** The database before the release, and after it. */
  readonly entry: Facts;
  readonly end: Facts;
  readonly entryDump: string;
  readonly folder: string;
  stop(): Promise<void>;
}

/** Reads a folder of text files. */
export function readTexts(folder: string): Map<string, string> {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(names.map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')] as const));
}

/** Starts a server, synthesizes the stack once, and plays one undisturbed release, keeping a template at each state. */
export async function openStand(packageDirectory: string): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-chaos-'));
  const server = await startPostgres();
  try {
    await buildDirectus(server, { database: 'fixture' });
    const released = describePackage(readPackageFiles(packageDirectory));
    const release = synthesizeRelease({ packageDirectory, settings: chaosSettings });
    await copyDatabase(server, { from: 'fixture', to: 'directus' });
    const entryDump = await dumpDatabase(server, 'directus');
    const entry = await readFacts(server, released);
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
    // Templates take time that a busy machine does not have within a start-by; the documents are the same ones.
    const patient = synthesizeRelease({ packageDirectory, settings: { ...chaosSettings, startBySeconds: 30 } });
    const boundaries = await playBaseline({ ...parts, release: patient, stop: () => Promise.resolve() });
    const end = await readFacts(server, released);
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
