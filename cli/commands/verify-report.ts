import { describePackage } from '../../core/package/package.ts';
import { addedBy, type ClosedHead } from '../../core/report/heads.ts';
import { arrangeFolder } from '../../core/report/run-folder.ts';
import { type Verification, verifyFolder } from '../../core/report/verify.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { readRunFolder } from '../execution/read-run-folder.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { jsonFlag, packageFlag } from '../execution/flags.ts';
import { Option } from 'commander';

/** Options of `one-roof verify-report`. */
export interface VerifyOptions {
  readonly package: string;
  /** The head that was sent out when the run ended, from outside the folder. */
  readonly head?: string;
  readonly json?: boolean;
}

/** What was added behind the head that somebody kept, and what that head therefore cannot prove. */
function showAdded(terminal: Terminal, result: Verification, pinned: ClosedHead): void {
  const { addedAfterwards, file } = pinned;
  if (addedAfterwards.length === 0) return;
  const count = addedAfterwards.length === 1 ? '1 entry was' : `${addedAfterwards.length} entries were`;
  const steps = addedAfterwards.map(({ step }) => step).join(', ');
  terminal.data(`  Your head is that of ${file}. ${count} added afterwards, by ${addedBy(result.heads, pinned)}`);
  terminal.data(`  (${steps}); their head is ${result.head}.`);
  terminal.data(
    `  Your head fixes nothing behind ${file}: who rewrites the folder can replace those entries unnoticed,`,
  );
  terminal.data('  unless you compare their head too, with the log.');
}

function showLimits(terminal: Terminal, { heads, head }: Verification): void {
  terminal.data(
    '  The folder agrees with itself. That nobody rewrote all of it, only the head can show: pass the one from the',
  );
  terminal.data('  message that was sent when the run ended with --head.');
  if (heads.length < 2) return;
  terminal.data(`  Entries were added after a report, so that message may name one of these, not only ${head}:`);
  for (const closed of heads.slice(0, -1)) terminal.data(`    ${closed.head} (${closed.file})`);
}

function show(terminal: Terminal, result: Verification, problems: readonly string[], head: string | undefined): void {
  terminal.data(`Run ${result.runId}`);
  for (const { base, headline } of result.reports) terminal.data(`  ${base}: ${headline}`);
  terminal.data(`  ${result.entries} evidence entries, head ${result.head}`);
  terminal.data(`  package ${result.packageDigest}`);
  if (problems.length > 0) {
    terminal.data(`NOT VERIFIED: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
    for (const problem of problems) terminal.data(`  ✗ ${problem}`);
    return;
  }
  terminal.data('VERIFIED: every byte of the entries and the reports is accounted for, and the package is this one');
  const pinned = result.heads.find((closed) => closed.head === head);
  if (pinned !== undefined) showAdded(terminal, result, pinned);
  if (head === undefined) showLimits(terminal, result);
}

/**
 * `one-roof verify-report`: proves a report folder from nothing but itself and the package; no network, no database.
 * @returns 0 when every byte is accounted for, 1 when not.
 * @throws UsageError when this is not the report folder of a run; PackageInvalid when the package cannot be read.
 */
export function verifyReport(directory: string, options: VerifyOptions): number {
  const terminal = createTerminal({ json: options.json === true });
  const { folder, findings } = arrangeFolder(readRunFolder(directory));
  const inside = verifyFolder(folder);
  const result = { ...inside, findings: [...findings, ...inside.findings] };
  const { digest } = describePackage(readPackageFiles(options.package));
  const problems = result.findings.map(({ file, problem }) => `${file} ${problem}`);
  const { head } = options;
  const pinned = result.heads.find((closed) => closed.head === head);
  // The last entry closes no report when the ending itself could not be stored; it was sent out all the same.
  if (head !== undefined && pinned === undefined && head !== result.head) {
    problems.push(
      `head: the folder has ${result.head}, and no report was written at ${head}: this is not the evidence that was reported`,
    );
  }
  if (digest !== result.packageDigest) {
    problems.push(
      `package: ${options.package} is ${digest}, the run released ${result.packageDigest}: check out the commit that was released, or name its package with --package`,
    );
  }
  const verified = problems.length === 0;
  if (options.json === true)
    terminal.data(JSON.stringify({ verified, ...result, pinned, checkedPackage: digest, problems }, null, 2));
  else show(terminal, result, problems, head);
  return verified ? 0 : 1;
}

/** Flags and action of `one-roof verify-report`. */
export const define: Define = (command, finish) =>
  command
    .argument('<dir>', 'folder of one run, with its evidence entries and reports')
    .addOption(packageFlag())
    .addOption(new Option('--head <digest>', 'the evidence head from the message that was sent when the run ended'))
    .addOption(jsonFlag())
    .action((directory: string, options: VerifyOptions) => finish(verifyReport(directory, options)));
