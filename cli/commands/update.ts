import { join } from 'node:path';
import * as z from 'zod';
import { exitCodes } from '../../core/base/exit-codes.ts';
import { generateFiles } from '../../core/package/generated.ts';
import { planSchema } from '../../core/package/plan-schema.ts';
import { writeGenerated } from '../../disk/generated-files.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import type { Define } from '../registry.ts';
import { assertChecked } from '../execution/checked-package.ts';
import { packageFlag } from '../execution/flags.ts';
import { Option } from 'commander';

const schemaFile = 'release.schema.json';

function planJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(planSchema, { io: 'input' }), null, 2)}\n`;
}

/** What is generated into a package: path → text, or undefined for a file that should not be there. */
function generatedFiles(directory: string): Map<string, string | undefined> {
  const source = readPackageFiles(directory);
  // A package whose plan names the schema of another one needs no copy of it.
  const schema = new Map(source.has(schemaFile) ? [[schemaFile, planJsonSchema()]] : []);
  const { files, orphans } = generateFiles(new Map([...source, ...schema]));
  return new Map<string, string | undefined>([
    ...[...schema].map(([path, text]) => [join(directory, path), text] as const),
    ...orphans.map((path) => [join(directory, path), undefined] as const),
    ...[...files].map(([path, text]) => [join(directory, path), text] as const),
  ]);
}

/** Options of `one-roof update`. */
interface UpdateOptions {
  readonly check?: boolean;
  readonly package: string;
}

/** Rewrites what is generated in a package; with `check` it only says what is out of date, and returns 1. */
export function rewrite(options: UpdateOptions): number {
  return writeGenerated(generatedFiles(options.package), options.check === true);
}

/**
 * `one-roof update`: rewrites what is generated in a package, or with `--check` only says what is out of date. What is up to date
 * is then judged by the rules.
 * @throws PackageInvalid for a package that breaks a rule; what is generated has been written.
 */
export async function update(options: UpdateOptions): Promise<number> {
  const exitCode = rewrite(options);
  if (exitCode === exitCodes.done) await assertChecked(options.package, readPackageFiles(options.package));
  return exitCode;
}

/** Flags and action of `one-roof update`. */
export const define: Define = (command, finish) =>
  command
    .addOption(new Option('--check', 'change nothing; exit 1 if a file is not up to date'))
    .addOption(packageFlag())
    .action(async (options: UpdateOptions) => finish(await update(options)));
