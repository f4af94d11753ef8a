import { Command, CommanderError, Option } from 'commander';
import { messageOf, ReleaseError } from '../core/base/errors.ts';
import { ownPackage } from './folders.ts';
import { PostgresError } from '../local/postgres/errors.ts';
import { load } from './command-files.ts';
import { registerPackageCommands } from './commands-package.ts';
import { registerPeople } from './commands-people.ts';
import type { buildFixture } from './commands/fixture.ts';
import type { fingerprintCommand } from './commands/fingerprint.ts';
import type { readGateCommand } from './commands/gate.ts';
import type { showPlan } from './commands/plan.ts';
import type { rehearseCommand } from './commands/rehearse.ts';
import type { runCommand } from './commands/run.ts';
import type { update } from './commands/update.ts';
import type { verifyReport } from './commands/verify-report.ts';

/** The package of this checkout. */

const exitCodes = `
Exit codes:
  0 done or READY       1 error              2 wrong usage
  10 gate BLOCKED       11 rejected, or no valid APR    12 approval expired or stale
  13 failed or stopped, rolled back          14 a human is needed
  15 package or documents are not what was approved`;

function packageOption(): Option {
  return new Option('--package <dir>', 'folder of the SQL package').default(ownPackage, 'sql/ of this checkout');
}

function targetOptions(command: Command): Command {
  return command
    .addOption(new Option('--local', 'on a private PostgreSQL with the fixture database'))
    .addOption(new Option('--url <url>', 'on a PostgreSQL that already holds the database').conflicts('local'))
    .addOption(packageOption())
    .addOption(new Option('--prepare <file.sql>', 'run this as superuser on the fresh fixture first').conflicts('url'))
    .addOption(new Option('--unsigned', 'build the fixture without the signature row').conflicts('url'))
    .addOption(new Option('--json', 'print data as JSON'));
}

function registerRun(program: Command, finish: (exitCode: number) => void): void {
  targetOptions(program.command('run'))
    .description('run a whole release: gate, approval, tiers, verification; or the way back')
    .addOption(new Option('--apr <code>', 'answer the approval with this APR code instead of asking'))
    .addOption(new Option('--dump-dir <dir>', 'write before.sql and after.sql there'))
    .addOption(new Option('--report-dir <dir>', 'where evidence and reports go (default: outside the checkout)'))
    .addOption(new Option('--container <name>', 'use this running Docker container instead of the shim'))
    .addOption(new Option('--require-rehearsal', 'keep the gate closed unless this very package has been rehearsed'))
    .action(async (options: Parameters<typeof runCommand>[0]) =>
      finish(await load('./commands/run.ts').runCommand(options)),
    );
}

function registerRehearse(program: Command, finish: (exitCode: number) => void): void {
  targetOptions(program.command('rehearse'))
    .description('rehearse the release and both ways back on a copy of the database, which is only read')
    .addOption(new Option('--report-dir <dir>', 'where evidence and reports go (default: outside the checkout)'))
    .addOption(new Option('--container <name>', 'use this running Docker container instead of the shim'))
    .action(async (options: Parameters<typeof rehearseCommand>[0]) =>
      finish(await load('./commands/rehearse.ts').rehearseCommand(options)),
    );
}

function createProgram(finish: (exitCode: number) => void): Command {
  const program = new Command('one-roof')
    .description('A gated, approved, reversible production SQL release.')
    .addHelpText('after', exitCodes)
    .showHelpAfterError('(one-roof --help shows what there is)')
    .exitOverride();
  program
    .command('plan')
    .description('show what a release would do, tier by tier, and the digest that has to be approved')
    .addOption(packageOption())
    .addOption(new Option('--json', 'print data as JSON'))
    .action((options: Parameters<typeof showPlan>[0]) => finish(load('./commands/plan.ts').showPlan(options)));
  targetOptions(program.command('gate'))
    .description('read the gate: READY (0) or BLOCKED (10); changes nothing')
    .action(async (options: Parameters<typeof readGateCommand>[0]) =>
      finish(await load('./commands/gate.ts').readGateCommand(options)),
    );
  targetOptions(program.command('fingerprint'))
    .description('hash the database as a release does before and after; with --compare, name what differs (exit 1)')
    .addOption(new Option('--compare <file.json>', 'what "fingerprint --json" printed before'))
    .action(async (options: Parameters<typeof fingerprintCommand>[0]) =>
      finish(await load('./commands/fingerprint.ts').fingerprintCommand(options)),
    );
  registerRun(program, finish);
  registerRehearse(program, finish);
  registerPeople({ program, packageOption, finish });
  registerPackageCommands({ program, packageOption, finish });
  program
    .command('fixture')
    .description('build the fixture database and keep it running until Ctrl-C')
    .addOption(new Option('--scale <scale>', 'row counts').choices(['small', 'production']).default('small'))
    .addOption(new Option('--collections <n>', 'number of governed collections (default 35)'))
    .addOption(new Option('--unsigned', 'without the signature row'))
    .addOption(new Option('--once', 'build it, say how long it took, and stop'))
    .action(async (options: Parameters<typeof buildFixture>[0]) =>
      finish(await load('./commands/fixture.ts').buildFixture(options)),
    );
  program
    .command('verify-report')
    .description('prove a report folder offline: every hash, every byte, and that the package is the one released')
    .argument('<dir>', 'folder of one run, with its evidence entries and reports')
    .addOption(packageOption())
    .addOption(new Option('--head <digest>', 'the evidence head from the message that was sent when the run ended'))
    .addOption(new Option('--json', 'print data as JSON'))
    .action((directory: string, options: Parameters<typeof verifyReport>[1]) =>
      finish(load('./commands/verify-report.ts').verifyReport(directory, options)),
    );
  program
    .command('update')
    .description('rewrite the generated files: manifest, JSON Schema of the plan, tables in docs/')
    .addOption(new Option('--check', 'change nothing; exit 1 if a file is not up to date'))
    .addOption(packageOption())
    .action((options: Parameters<typeof update>[0]) => finish(load('./commands/update.ts').update(options)));
  return program;
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ReleaseError) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof PostgresError) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  process.stderr.write(`Unexpected error: ${messageOf(error)}\nSet ONE_ROOF_DEBUG=1 to see where.\n`);
  if (process.env['ONE_ROOF_DEBUG'] !== undefined && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  return 1;
}

/** Runs the command line and returns its exit code; a user's mistake is a message, never a stack trace. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  try {
    await createProgram((code) => (exitCode = code)).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error);
  }
}
