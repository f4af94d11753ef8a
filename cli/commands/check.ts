import { readPackageFiles } from '../../disk/read-package.ts';
import { shownFolder } from '../../disk/shown-folder.ts';
import { allRules } from '../../check/all-rules.ts';
import { findingLine } from '../../check/assert-checked.ts';
import { checkPackage } from '../../check/check-package.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { jsonFlag, packageFlag } from '../execution/flags.ts';

/** Options of `one-roof check`. */
interface CheckOptions {
  readonly json?: boolean;
  readonly package: string;
}

/**
 * `one-roof check`: judges a package by every rule, before anything runs. One line per finding on stdout, or a JSON
 * array with `--json`; exit code 0 without findings, else 1.
 * @throws PackageInvalid when the folder cannot be read, or holds a file that is not UTF-8.
 */
export async function checkCommand(options: CheckOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const files = readPackageFiles(options.package);
  const folder = shownFolder(options.package);
  const findings = await checkPackage(files);
  if (options.json === true) {
    const named = findings.map((finding) => ({ ...finding, file: `${folder}/${finding.file}` }));
    terminal.data(JSON.stringify(named, null, 2));
  } else {
    for (const finding of findings) terminal.data(findingLine(finding, folder));
    const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
    terminal.data(`${count} in ${files.size} files by ${allRules.length} rules`);
  }
  return findings.length === 0 ? 0 : 1;
}

/** Flags and action of `one-roof check`. */
export const define: Define = (command, finish) =>
  command
    .addOption(packageFlag())
    .addOption(jsonFlag())
    .action(async (options: CheckOptions) => finish(await checkCommand(options)));
