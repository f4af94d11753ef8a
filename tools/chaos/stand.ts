import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleasePackage } from '../../core/package/package.ts';
import type { Settings } from '../../lib/house/settings.ts';
import type { SynthesizedRelease } from '../../lib/house/synthesized.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import type { JsonObject } from '../../local/step-functions/json.ts';
import type { Facts } from './facts.ts';

/** Settings for chaos: every setting that limits a wait is as short as the schema allows. */
export const chaosSettings: Partial<Settings> = {
  startBySeconds: 4,
  clockSkewSeconds: 1,
  lockPatienceSeconds: 20,
  approvalHours: 1,
  requireRehearsal: false,
};

/** Database and evidence on entering one state of an undisturbed release, from which drives begin. */
export interface Boundary {
  readonly state: string;
  readonly input: JsonObject;
  /** Name of the template database. */
  readonly database: string;
  /** Evidence entries written until then: file name → text. */
  readonly evidence: ReadonlyMap<string, string>;
}

/** The server, package and boundaries of one worker; its drives run one after the other. */
export interface Stand {
  readonly server: PostgresServer;
  readonly released: ReleasePackage;
  readonly release: SynthesizedRelease;
  readonly boundaries: ReadonlyMap<string, Boundary>;
  /** Facts of the database before the release and after it. */
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
