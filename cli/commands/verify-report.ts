import { describePackage } from '../../core/package/package.ts';
import { addedBy, type ClosedHead } from '../../core/report/heads.ts';
import { renderer } from '../../core/report/renderer.ts';
import { arrangeFolder } from '../../core/report/run-folder.ts';
import { type Verification, verifyFolder } from '../../core/report/verify.ts';
import { strangeSignatures } from '../../core/report/verify-signature.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { readRunFolder } from '../execution/read-run-folder.ts';
import { publicKeyDigest } from '../execution/public-key.ts';
import type { FurtherOptions } from '../execution/look-further.ts';
import type * as further from '../execution/look-further.ts';
import { showSignatures } from '../screen/show-signatures.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { examples, targetFlags } from '../execution/flags.ts';
import { Option } from 'commander';

/** Options of `one-roof verify-report`. */
export interface VerifyOptions extends FurtherOptions {
  readonly package: string;
  /** The head that was sent out when the run ended, from outside the folder. */
  readonly head?: string;
  /** Files with the public keys that may have signed the reports. */
  readonly key?: readonly string[];
}

/** Loads the AWS SDK only when the store or the histories are asked: the folder alone is checked offline. */
const load: (path: string) => typeof further = require;

/** Where the check looked beyond the folder. */
function lookedIn({ bucket, history }: FurtherOptions): string[] {
  return [
    ...(bucket === undefined ? [] : [`the bucket ${bucket}`]),
    ...(history === true ? ['the execution histories'] : []),
  ];
}

/** The entries that were added after the head that somebody kept, and which that head therefore does not cover. */
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

/** What a check of the folder alone cannot know, and where to look for it. */
function showLimits(terminal: Terminal, { heads, head }: Verification, options: VerifyOptions): void {
  if (options.head === undefined && options.key === undefined) {
    terminal.data(
      '  The folder agrees with itself. That nobody rewrote all of it, only the head can show: pass the one from the',
    );
    terminal.data('  message that was sent when the run ended with --head.');
    if (heads.length > 1)
      terminal.data(`  Entries were added after a report, so that message may name one of these, not only ${head}:`);
    for (const closed of heads.slice(0, -1)) terminal.data(`    ${closed.head} (${closed.file})`);
  }
  const looked = lookedIn(options);
  if (looked.length > 0) {
    terminal.data(`  Nothing further was found in ${looked.join(' and in ')}.`);
    return;
  }
  terminal.data(`  Whether entries followed ${head}, the folder cannot know: who removes the last entries with`);
  terminal.data(
    '  their reports hides an undo. Each ending sends a message: compare the head of the newest one about this',
  );
  terminal.data('  run, or look with --bucket NAME (every version that was stored) or --history (kept for 90 days).');
}

function show(terminal: Terminal, result: Verification, problems: readonly string[], options: VerifyOptions): void {
  terminal.data(`Run ${result.runId}`);
  for (const { base, headline, renderer: by } of result.reports) {
    terminal.data(`  ${base}: ${headline}`);
    if (by === undefined) continue;
    terminal.data(`    ${by} wrote it, and this version, ${renderer}, renders other bytes: its files are those that`);
    terminal.data(
      `    ${base}.sums has the digests of. To render it again: git log -S ${by} -- core/report/renderer.ts`,
    );
  }
  terminal.data(`  ${result.entries} evidence entries, head ${result.head}`);
  terminal.data(`  package ${result.packageDigest}`);
  if (problems.length > 0) {
    terminal.data(`NOT VERIFIED: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
    for (const problem of problems) terminal.data(`  ✗ ${problem}`);
    return;
  }
  terminal.data('VERIFIED: every byte of the entries and the reports is accounted for, and the package is this one');
  if (result.holdsPackage)
    terminal.data(`  The package lies in the folder; the SQL of ${result.commands} commands is what its files make.`);
  const pinned = result.heads.find((closed) => closed.head === options.head);
  if (pinned !== undefined) showAdded(terminal, result, pinned);
  showSignatures(terminal, result, options.key !== undefined);
  showLimits(terminal, result, options);
}

/** Findings about the head that somebody kept, about the keys that somebody trusts, and about the package of this checkout. */
function* disagreements(
  result: Verification,
  { head, key, package: folder }: VerifyOptions,
  { digest, trusted }: { readonly digest: string | undefined; readonly trusted: readonly string[] },
) {
  // The last entry closes no report when the ending itself could not be stored; it was sent out all the same.
  if (head !== undefined && head !== result.head && !result.heads.some((closed) => closed.head === head))
    yield `head: the folder has ${result.head}, and no report was written at ${head}: this is not the evidence that was reported`;
  if (key !== undefined)
    yield* strangeSignatures(
      result.reports.map(({ base }) => base),
      result.signatures,
      trusted,
    );
  if (digest !== undefined && digest !== result.packageDigest)
    yield `package: ${folder} is ${digest}, the run released ${result.packageDigest}: check out the commit that was released, or name its package with --package`;
}

/**
 * `one-roof verify-report`: verifies a report folder with nothing but itself (and the package, where the folder of an older
 * run holds none); no network, no database,
 * unless the evidence bucket or the execution histories are to be looked at as well.
 * @returns 0 when every byte is accounted for, 1 when not.
 * @throws UsageError when this is not the report folder of a run, or a key is none; PackageInvalid when the package cannot be read;
 * ServiceRefused when AWS does not answer.
 */
export async function verifyReport(directory: string, options: VerifyOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const trusted = (options.key ?? []).map(publicKeyDigest);
  const { folder, findings } = arrangeFolder(readRunFolder(directory));
  const inside = verifyFolder(folder);
  const looked = lookedIn(options);
  const outside =
    looked.length === 0 ? [] : await load('../execution/look-further.ts').lookFurther(folder, inside, options);
  const result = { ...inside, findings: [...findings, ...inside.findings, ...outside] };
  // A folder that holds the package needs no checkout; of an older one, the checkout has to be the released one.
  const digest = inside.holdsPackage ? undefined : describePackage(readPackageFiles(options.package)).digest;
  const problems = [
    ...result.findings.map(({ file, problem }) => `${file} ${problem}`),
    ...disagreements(result, options, { digest, trusted }),
  ];
  const pinned = result.heads.find((closed) => closed.head === options.head);
  const verified = problems.length === 0;
  if (options.json === true)
    terminal.data(
      JSON.stringify(
        { verified, ...result, pinned, lookedIn: looked, checkedPackage: digest ?? result.packageDigest, problems },
        null,
        2,
      ),
    );
  else show(terminal, result, problems, options);
  return verified ? 0 : 1;
}

/** Flags and action of `one-roof verify-report`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .argument('<dir>', 'folder of one run, with its evidence entries and reports')
    .addOption(new Option('--head <digest>', 'the evidence head from the message that was sent when the run ended'))
    .addOption(
      new Option(
        '--key <file>',
        'public key that may have signed the reports; again for the key before a rotation',
      ).argParser((file: string, before: readonly string[] | undefined) => [...(before ?? []), file]),
    )
    .addOption(new Option('--bucket <name>', 'compare with every version that the evidence bucket stored'))
    .addOption(new Option('--history', 'compare with the execution histories of the release and its rollbacks'))
    .addHelpText(
      'after',
      examples(
        'verify-report DIR --head sha256:…',
        'verify-report DIR --key key.pem',
        'verify-report DIR --bucket NAME --history',
      ),
    )
    .action(async (directory: string, options: VerifyOptions) => finish(await verifyReport(directory, options)));
