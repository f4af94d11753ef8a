import { Command, CommanderError } from 'commander';
import { exitCodeMeanings, exitCodes } from '../core/base/exit-codes.ts';
import { messageOf, namingPackage, ReleaseError } from '../core/base/errors.ts';
import { visible } from '../core/base/visible.ts';
import { shownFolder } from '../disk/shown-folder.ts';
import { PostgresError } from '../local/postgres/errors.ts';
import { commands, loadCommand } from './registry.ts';

const codeLines = [...exitCodeMeanings].map(([code, meaning]) => `  ${String(code).padEnd(4)}${meaning}`);

function createProgram(finish: (exitCode: number) => void, named: (folder: string | undefined) => void): Command {
  const program = new Command('one-roof')
    .description('A gated, approved, reversible production SQL release.')
    .addHelpText('after', ['\nExit codes:', ...codeLines].join('\n'))
    .showHelpAfterError('(one-roof --help shows what there is)')
    .configureOutput({ writeErr: (text) => void process.stderr.write(visible(text)) })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride();
  for (const [name, does] of commands) program.command(name).description(does);
  // A message names the package's folder, which the command line says.
  program.hook('preAction', (_program, command) => named(command.opts<{ package?: string }>().package));
  return program.hook('preSubcommand', (_program, command) => loadCommand(command.name())(command, finish));
}

function explain(error: unknown, folder: string | undefined): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof ReleaseError) {
    process.stderr.write(`${visible(namingPackage(error.message, folder))}\n`);
    return error.exitCode;
  }
  if (error instanceof PostgresError) {
    process.stderr.write(`${visible(error.message)}\n`);
    return 1;
  }
  process.stderr.write(`Unexpected error: ${visible(messageOf(error))}\nSet ONE_ROOF_DEBUG=1 to see where.\n`);
  if (process.env['ONE_ROOF_DEBUG'] !== undefined && error instanceof Error)
    process.stderr.write(`${visible(error.stack ?? '')}\n`);
  return 1;
}

/** `help run` means `run --help`: the flags of a command are known once its file is loaded. */
function spelledOut(argv: readonly string[]): string[] {
  const [first, name] = argv;
  return first === 'help' && commands.some(([known]) => known === name) ? [name ?? '', '--help'] : [...argv];
}

/** Runs the command line and returns its exit code; a user's mistake is a message, never a stack trace. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  let folder: string | undefined;
  const program = createProgram(
    (code) => (exitCode = code),
    (directory) => (folder = directory === undefined ? undefined : shownFolder(directory)),
  );
  try {
    await program.parseAsync(spelledOut(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, folder);
  }
}
