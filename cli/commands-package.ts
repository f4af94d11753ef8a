import { Option } from 'commander';
import type { printBundle } from './commands/bundle.ts';
import type { checkCommand } from './commands/check.ts';
import { load } from './command-files.ts';
import type { Registration } from './commands-people.ts';
import type { newTier } from './commands/new-tier.ts';

/** Adds the commands of who writes the package: `check`, `new-tier` and `bundle`. */
export function registerPackageCommands({ program, packageOption, finish }: Registration): void {
  program
    .command('check')
    .description('judge the package by every rule before anything runs; exit 1 if one is broken')
    .addOption(packageOption())
    .addOption(new Option('--json', 'print data as JSON'))
    .action(async (options: Parameters<typeof checkCommand>[0]) =>
      finish(await load('./commands/check.ts').checkCommand(options)),
    );
  program
    .command('new-tier')
    .description('write a tier that works as it is: SQL, plan entry, both rollbacks')
    .argument('<name>', 'number and name of the file, for example 70_example')
    .addOption(new Option('--title <text>', 'what the tier does, for the plan and the reports'))
    .addOption(packageOption())
    .action(async (name: string, options: Parameters<typeof newTier>[1]) =>
      finish(await load('./commands/new-tier.ts').newTier(name, options)),
    );
  program
    .command('bundle')
    .description('print the whole release, or one script, as one SQL file for psql -f -')
    .addOption(new Option('--script <id>', 'the script of the plan with this id instead, for example undo'))
    .addOption(packageOption())
    .action((options: Parameters<typeof printBundle>[0]) => finish(load('./commands/bundle.ts').printBundle(options)));
}
