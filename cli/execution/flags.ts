import { Argument, type Command, Option } from 'commander';
import { ownPackage } from './folders.ts';

/** `--json` */
export const jsonFlag = () => new Option('--json', 'print data as JSON');

/** `--package` */
export const packageFlag = () =>
  new Option('--package <dir>', 'folder of the SQL package').default(ownPackage, 'sql/ of this checkout');

/** `--report-dir` */
export const reportFolderFlag = (what = 'where evidence and reports go') =>
  new Option('--report-dir <dir>', `${what} (default: outside the checkout)`);

/** `--container` */
export const containerFlag = () =>
  new Option('--container <name>', 'use this running Docker container instead of the shim');

/** `--calendar` */
export const calendarFlag = () =>
  new Option('--calendar <file.ics>', 'a change calendar: the gate is closed while changes are frozen');

/** `--execution`, for a command that acts on an execution. */
export const executionFlag = () => new Option('--execution <which>', 'ARN, name or run id (default: the only one)');

/** The execution to look at, for a command that only reads. */
export const executionArgument = () =>
  new Argument('[execution]', 'ARN, name or run id (default: the newest, running before ended)');

/** `--yes` */
export const yesFlag = () => new Option('--yes', 'do not ask for the run id to be typed');

/** `--declared-by` */
export const declaredByFlag = () => new Option('--declared-by <name>', 'who you are (default: user and AWS profile)');

/** Flags of a command that may build the fixture: on which server, from which package, and how. */
export function fixtureFlags(command: Command, url: Option): Command {
  return command
    .addOption(url)
    .addOption(packageFlag())
    .addOption(new Option('--prepare <file.sql>', 'run this as superuser on the fresh fixture first').conflicts('url'))
    .addOption(new Option('--unsigned', 'build the fixture without the signature row').conflicts('url'));
}

/** `--url` */
export const urlFlag = () =>
  new Option('--url <url>', 'on a PostgreSQL that already holds the database; the password: PGPASSWORD or ~/.pgpass');

/** Flags of a command that works on a database and ends. */
export function databaseFlags(command: Command): Command {
  command.addOption(new Option('--local', 'on a private PostgreSQL with the fixture database'));
  return fixtureFlags(command, urlFlag().conflicts('local')).addOption(jsonFlag());
}

/** Flags of a command that works on AWS and on a local runtime. */
export function targetFlags(command: Command): Command {
  return command
    .addOption(new Option('--local', 'on the local runtime that one-roof local keeps running'))
    .addOption(new Option('--name <name>', 'on the local runtime of that name'))
    .addOption(new Option('--runtime <file>', 'on the local runtime that announced itself in this file'))
    .addOption(new Option('--endpoint-url <url>', 'on the Step Functions behind this URL'))
    .addOption(new Option('--region <region>', 'AWS region (default: that of your AWS configuration)'))
    .addOption(packageFlag())
    .addOption(jsonFlag());
}

/** Command lines to learn from, as they stand at the end of a command's help. */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  one-roof ${line}`).join('\n')}`;
}
