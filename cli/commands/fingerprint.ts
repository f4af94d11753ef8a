import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../../core/base/errors.ts';
import { isSection, serverUpgrade } from '../../core/ending/changed-sections.ts';
import { parseJson } from '../../core/base/json.ts';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import { relationDigests } from './relation-digests.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { databaseFlags } from '../execution/flags.ts';
import { Option } from 'commander';
import { assertPlaceChosen, type DatabaseOptions, withDatabase } from '../execution/database.ts';

/** Options of `one-roof fingerprint`. */
interface FingerprintOptions extends DatabaseOptions {
  /** File that an earlier `one-roof fingerprint --json` wrote. */
  readonly compare?: string;
}

const digests = z.record(z.string(), z.string());
const fingerprintSchema = z.object({ sections: digests, relations: digests });

/** What a database looks like: one digest per section of the proof, and one per relation to name differences by. */
export type Fingerprint = z.output<typeof fingerprintSchema>;

async function proven(
  server: PostgresServer,
  database: string,
  request: { file: string } | { sql: string },
  word: string,
) {
  const { exitCode, stdout, stderr } = await runPsql(server, { database, bare: true, ...request });
  const line = stdout.split('\n').find((text) => text.startsWith(`${word} `));
  const parsed = digests.safeParse(parseJson(line?.slice(word.length + 1) ?? ''));
  if (exitCode === 0 && parsed.success) return parsed.data;
  throw new UsageError(
    `The fingerprint of ${database} could not be taken: ${stderr.trim() || `psql ended with ${exitCode}`}`,
  );
}

/** Takes the fingerprint of a database, reading only. @throws UsageError when psql cannot. */
export async function takeFingerprint(
  server: PostgresServer,
  database: string,
  directory: string,
): Promise<Fingerprint> {
  const file = join(directory, 'runner', 'fingerprint.sql');
  return {
    sections: await proven(server, database, { file }, 'fingerprint'),
    relations: await proven(server, database, { sql: relationDigests }, 'relations'),
  };
}

function* changes(before: Record<string, string>, after: Record<string, string>): Generator<readonly [string, string]> {
  for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    if (before[name] === undefined) yield [name, 'is new'];
    else if (after[name] === undefined) yield [name, 'is gone'];
    else if (before[name] !== after[name]) yield [name, 'differs'];
  }
}

/**
 * One line per difference; none when the two are equal. Rows and sequences are sections, named by their relation; the
 * version of the server is none, and only explains others.
 */
export function fingerprintDifferences(before: Fingerprint, after: Fingerprint): string[] {
  const sections = [...changes(before.sections, after.sections)].filter(([name]) => isSection(name));
  const differences = [
    ...sections.map(([name, how]) => `section ${name} ${how}`),
    ...[...changes(before.relations, after.relations)].map(([name, how]) => `relation ${name} ${how}`),
  ];
  const upgrade = serverUpgrade(before.sections, after.sections);
  return differences.length === 0 || upgrade === '' ? differences : [...differences, upgrade];
}

function readFingerprint(path: string): Fingerprint {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`--compare ${path}: the file cannot be read`);
  }
  const parsed = fingerprintSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new UsageError(`--compare ${path}: not a file that "one-roof fingerprint --json" wrote`);
  return parsed.data;
}

/**
 * `one-roof fingerprint`: what a release compares before and after, by hand. With `--compare`, exit code 1 means that
 * something differs, and each difference is named.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function fingerprintCommand(options: FingerprintOptions): Promise<number> {
  assertPlaceChosen(options);
  const before = options.compare === undefined ? undefined : readFingerprint(options.compare);
  const terminal = createTerminal({ json: options.json === true });
  const { plan } = describePackage(readPackageFiles(options.package));
  const now = await withDatabase({ database: plan.database }, options, terminal, (server) =>
    takeFingerprint(server, plan.database, options.package),
  );
  const differences = before === undefined ? [] : fingerprintDifferences(before, now);
  if (options.json === true)
    terminal.data(JSON.stringify({ ...now, ...(before === undefined ? {} : { differences }) }));
  else if (before === undefined)
    for (const [name, digest] of Object.entries(now.sections)) terminal.data(`${name} ${digest}`);
  else terminal.data(differences.length === 0 ? 'EQUAL' : differences.join('\n'));
  return differences.length === 0 ? 0 : 1;
}

/** Flags and action of `one-roof fingerprint`. */
export const define: Define = (command, finish) =>
  databaseFlags(command)
    .addOption(new Option('--compare <file.json>', 'what "fingerprint --json" printed before'))
    .action(async (options: FingerprintOptions) => finish(await fingerprintCommand(options)));
