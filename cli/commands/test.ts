import { exitCodes } from '../../core/base/exit-codes.ts';
import { describePackage } from '../../core/package/package.ts';
import { momentsOf } from '../../core/package/package-tests.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { startPostgres } from '../../local/postgres/server.ts';
import { examples, jsonFlag, packageFlag } from '../execution/flags.ts';
import { readTests, type Tested, testPackage } from '../execution/package-tests.ts';
import type { Define } from '../registry.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';

/** Options of `one-roof test`. */
interface TestOptions {
  readonly json?: boolean;
  readonly package: string;
}

function show(terminal: Terminal, { promise, holds, detail, file }: Tested): void {
  const { colour } = terminal;
  if (holds) terminal.data(`  ${colour.green('✓')} ${promise}`);
  else terminal.data(`  ${colour.red('✗')} ${promise} (${file}${detail === '' ? '' : `: ${detail}`})`);
}

/**
 * `one-roof test`: builds the package's fixture, plays the release and its undo, and prints a line for each promise of
 * the package's own tests. Exit code 1 when one is broken.
 * @throws UsageError when there are no tests, or one does not say when it runs; PackageInvalid, PostgresError.
 */
export async function testCommand(options: TestOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const { package: packageDirectory } = options;
  const release = describePackage(readPackageFiles(packageDirectory));
  readTests(packageDirectory, momentsOf(release.plan));
  const server = await startPostgres({
    superuser: release.plan.writer,
    onProgress: (text) => terminal.progress(text),
  });
  const all: Tested[] = [];
  try {
    await buildFixture(server, { packageDirectory });
    for await (const tested of testPackage({ server, release, packageDirectory })) {
      if (options.json !== true) {
        if (all.at(-1)?.moment !== tested.moment) terminal.data(tested.moment);
        show(terminal, tested);
      }
      all.push(tested);
    }
  } finally {
    await server.stop();
  }
  const broken = all.filter(({ holds }) => !holds).length;
  if (options.json === true) terminal.data(JSON.stringify(all, null, 2));
  else terminal.data(`${all.length - broken} promises hold, ${broken} are broken`);
  return broken === 0 ? exitCodes.done : exitCodes.error;
}

/** Flags and action of `one-roof test`. */
export const define: Define = (command, finish) =>
  command
    .addOption(packageFlag())
    .addOption(jsonFlag())
    .addHelpText('after', examples('test', 'test --package my-package --json'))
    .action(async (options: TestOptions) => finish(await testCommand(options)));
