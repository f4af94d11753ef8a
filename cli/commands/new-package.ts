import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { generateFiles } from '../../core/package/generated.ts';
import { parsePlan } from '../../core/package/plan.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { createTerminal } from '../screen/terminal.ts';
import { rewrite } from './update.ts';
import type { Define } from '../registry.ts';
import { smallestPackage } from '../execution/folders.ts';
import { Option } from 'commander';

/** What the smallest package calls itself and its database; a new package's names stand in their place. */
const placeholders = { name: 'new-package-name', database: 'new_database' } as const;

/** Options of `one-roof new-package`. */
interface NewPackageOptions {
  readonly name: string;
  readonly database: string;
}

/** The smallest package that works, by path, with other names. */
function filled({ name, database }: NewPackageOptions): Map<string, string> {
  const entries = readdirSync(smallestPackage, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const files = entries.map(({ parentPath, name: file }): [string, string] => {
    const path = join(parentPath, file);
    const text = readFileSync(path, 'utf8');
    const named = text.replaceAll(placeholders.name, name).replaceAll(placeholders.database, database);
    return [path.slice(smallestPackage.length + 1), named];
  });
  const generated = generateFiles(readPackageFiles(smallestPackage)).files;
  return new Map(files.filter(([path]) => !generated.has(path)));
}

/**
 * `one-roof new-package DIR`: writes the smallest package that works, for a database of its own, into a new folder.
 * @throws UsageError when the folder holds anything; PackageInvalid when a name cannot be used.
 */
export function newPackage(directory: string, options: NewPackageOptions): number {
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new UsageError(`${directory} is not empty, and nothing was written; choose a new folder.`);
  const files = filled(options);
  const { approval } = parsePlan(files.get('release.json'));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text, { flag: 'wx' });
  }
  rewrite({ package: directory });
  const terminal = createTerminal({ json: false });
  terminal.progress(
    `It works as it is: npx one-roof run --local --package ${directory} --apr ${approval.code.example}`,
  );
  terminal.progress('Now write what it is for: docs/package.md');
  return 0;
}

/** Flags and action of `one-roof new-package`. */
export const define: Define = (command, finish) =>
  command
    .argument('<dir>', 'the new folder')
    .addOption(
      new Option('--name <name>', 'what the package is called: names on AWS begin with it').makeOptionMandatory(),
    )
    .addOption(new Option('--database <name>', 'the database that it releases to').makeOptionMandatory())
    .action((directory: string, options: NewPackageOptions) => finish(newPackage(directory, options)));
