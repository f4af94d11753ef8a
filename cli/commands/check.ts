import { readPackageFiles } from '../../disk/read-package.ts';
import { shownFolder } from '../../disk/shown-folder.ts';
import { allRules } from '../../check/all-rules.ts';
import { findingLine } from '../../check/assert-checked.ts';
import { judgePackage } from '../../check/check-package.ts';
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
 * array with `--json`; then what the plan accepts, each with its reason. Exit code 0 without findings, else 1.
 * @throws PackageInvalid when the folder cannot be read, or holds a file that is not UTF-8.
 */
export async function checkCommand(options: CheckOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const files = readPackageFiles(options.package);
  const folder = shownFolder(options.package);
  const { findings, accepted } = await judgePackage(files);
  if (options.json === true) {
    const named = [...findings, ...accepted].map((finding) => ({ ...finding, file: `${folder}/${finding.file}` }));
    terminal.data(JSON.stringify(named, null, 2));
  } else {
    for (const finding of findings) terminal.data(findingLine(finding, folder));
    for (const finding of accepted)
      terminal.data(`accepted: ${findingLine(finding, folder)} — accepted because: ${finding.accepted}`);
    const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
    const more = accepted.length === 0 ? '' : `, ${accepted.length} more accepted by the plan`;
    terminal.data(`${count} in ${files.size} files by ${allRules.length} rules${more}`);
  }
  return findings.length === 0 ? 0 : 1;
}

/** Flags and action of `one-roof check`. */
export const define: Define = (command, finish) =>
  command
    .addOption(packageFlag())
    .addOption(jsonFlag())
    .action(async (options: CheckOptions) => finish(await checkCommand(options)));
