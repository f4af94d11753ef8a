import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReleasePackage } from '../../core/package/package.ts';
import type { Settings } from '../../lib/house/settings.ts';
import type { SynthesizedRelease } from '../../lib/house/synthesize.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import type { JsonObject } from '../../local/step-functions/json.ts';
import type { Facts } from './facts.ts';

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
