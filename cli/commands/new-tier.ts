import { join } from 'node:path';
import { inPackage, PackageInvalid } from '../../core/base/errors.ts';
import { generateFiles } from '../../core/package/generated.ts';
import { scaffoldTier } from '../../core/package/tier-scaffold.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { shownFolder } from '../../disk/shown-folder.ts';
import { checkPackage } from '../../check/check-package.ts';
import { writeAllOrNothing } from './new-tier-write.ts';
import { createTerminal } from '../screen/terminal.ts';
import { rewrite } from './update.ts';
import type { Define } from '../registry.ts';
import { packageFlag } from '../execution/flags.ts';
import { Option } from 'commander';

/** The scaffold is judged before it is written; problems that the package had before are not its fault. */
async function assertCleaner(before: ReadonlyMap<string, string>, changes: ReadonlyMap<string, string>): Promise<void> {
  const after = new Map([...before, ...changes]);
  const findings = await checkPackage(new Map([...after, ...generateFiles(after).files]));
  if (findings.length === 0) return;
  const lines = findings.map(({ file, line, rule, message }) => `${inPackage(file)}:${line} ${rule} ${message}`);
  throw new PackageInvalid(
    ['With the new tier the package would not pass `one-roof check`. Nothing was written.', ...lines].join('\n'),
  );
}

/** Options of `one-roof new-tier`. */
interface NewTierOptions {
  readonly package: string;
  readonly title?: string;
}

/**
 * `one-roof new-tier 70_name`: writes a tier that works as it is, its plan entry, its line in 99_run_all.sql and its
 * part of both rollbacks, then what is generated. Everything or nothing is written.
 * @throws UsageError for a name or number that cannot be used; PackageInvalid when the package has no place for it.
 */
export async function newTier(name: string, options: NewTierOptions): Promise<number> {
  const terminal = createTerminal({ json: false });
  const files = readPackageFiles(options.package);
  const { title } = options;
  const { tier, changes } = scaffoldTier(files, title === undefined ? { name } : { name, title });
  await assertCleaner(files, changes);
  writeAllOrNothing(options.package, files, changes);
  for (const path of changes.keys())
    terminal.data(`${files.has(path) ? 'changed' : 'new'}: ${join(shownFolder(options.package), path)}`);
  rewrite({ package: options.package });
  terminal.progress(`Tier ${tier.id} works as it is. Now write what it is for: docs/add-a-tier.md`);
  return 0;
}

/** Flags and action of `one-roof new-tier`. */
export const define: Define = (command, finish) =>
  command
    .argument('<name>', 'number and name of the file, for example 70_example')
    .addOption(new Option('--title <text>', 'what the tier does, for the plan and the reports'))
    .addOption(packageFlag())
    .action(async (name: string, options: NewTierOptions) => finish(await newTier(name, options)));
