import { type Command, Option } from 'commander';
import type { ApproveOptions } from './commands/approve.ts';
import { load } from './command-files.ts';
import type { HistoryOptions } from './commands/history.ts';
import type { LocalOptions } from './commands/local.ts';
import type { RejectOptions } from './commands/reject.ts';
import type { ReportOptions } from './commands/report.ts';
import type { RollbackOptions } from './commands/rollback.ts';
import type { StartOptions } from './commands/start.ts';
import type { StopOptions } from './commands/stop.ts';
import type { TargetOptions } from './execution/target.ts';
import type { WatchOptions } from './commands/watch.ts';

/** What every registration needs: the default package, and where an exit code goes. */
export interface Registration {
  readonly program: Command;
  readonly packageOption: () => Option;
  readonly finish: (exitCode: number) => void;
}

const json = () => new Option('--json', 'print data as JSON');
const execution = () => new Option('--execution <which>', 'ARN, name or run id (default: the only one)');
const yes = () => new Option('--yes', 'do not ask for the run id to be typed');
const declared = () => new Option('--declared-by <name>', 'who you are (default: user and AWS profile)');
const which = 'ARN, name or run id (default: the newest, running before ended)';

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  one-roof ${line}`).join('\n')}`;
}

/** A command that works on AWS and on a local runtime. */
function targetCommand({ program }: Registration, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .addOption(new Option('--local', 'on the local runtime that one-roof local keeps running'))
    .addOption(new Option('--name <name>', 'on the local runtime of that name'))
    .addOption(new Option('--runtime <file>', 'on the local runtime that announced itself in this file'))
    .addOption(new Option('--endpoint-url <url>', 'on the Step Functions behind this URL'))
    .addOption(new Option('--region <region>', 'AWS region (default: that of your AWS configuration)'))
    .addOption(json());
}

/** Registers `one-roof local`. */
function registerLocal({ program, packageOption, finish }: Registration): void {
  program
    .command('local')
    .description('keep a whole release running on this machine, for other terminals and the AWS CLI, until Ctrl-C')
    .addOption(new Option('--url <url>', 'on a PostgreSQL that already holds the database'))
    .addOption(packageOption())
    .addOption(new Option('--prepare <file.sql>', 'run this as superuser on the fresh fixture first').conflicts('url'))
    .addOption(new Option('--unsigned', 'build the fixture without the signature row').conflicts('url'))
    .addOption(new Option('--report-dir <dir>', 'where evidence and reports go (default: outside the checkout)'))
    .addOption(new Option('--container <name>', 'use this running Docker container instead of the shim'))
    .addOption(new Option('--approval-hours <n>', 'how long a request for approval stays open (default 1)'))
    .addOption(new Option('--name <name>', 'name of this runtime, if several run at once').default('default'))
    .addOption(new Option('--runtime <file>', 'announce it in this file instead'))
    .addOption(json())
    .addHelpText('after', examples('local', 'local --unsigned --name closed', 'local --approval-hours 0.01'))
    .action(async (options: LocalOptions) => finish(await load('./commands/local.ts').localCommand(options)));
}

/** Registers the operator's verbs. */
function registerOperator(registration: Registration): void {
  const { finish } = registration;
  targetCommand(registration, 'start', 'start a release: it reads the gate and waits for an approval')
    .addOption(declared())
    .addHelpText('after', examples('start', 'start --local', 'start --region eu-central-1 --json'))
    .action(async (options: StartOptions) => finish(await load('./commands/start.ts').startCommand(options)));
  targetCommand(registration, 'stop', 'stop a running release; what it has done is rolled back')
    .addOption(execution())
    .addOption(yes())
    .addOption(declared())
    .addHelpText('after', examples('stop', 'stop --execution 0123456789ab --yes'))
    .action(async (options: StopOptions) => finish(await load('./commands/stop.ts').stopCommand(options)));
  targetCommand(registration, 'rollback', 'look at a release that has ended and undo what it left behind')
    .addOption(execution())
    .addOption(new Option('--undo-released <run id>', 'undo this run although it is released and sealed'))
    .addOption(new Option('--override-changed-rows <run id>', 'of this run, delete seed rows that were changed since'))
    .addOption(yes())
    .addHelpText('after', examples('rollback', 'rollback --undo-released 0123456789ab'))
    .action(async (options: RollbackOptions) => finish(await load('./commands/rollback.ts').rollbackCommand(options)));
}

/** Registers the approver's verbs. */
function registerApprover(registration: Registration): void {
  const { finish, packageOption } = registration;
  targetCommand(registration, 'approve', 'show what waits for approval, and approve it')
    .requiredOption('--apr <code>', 'code of the ratified approval request')
    .addOption(execution())
    .addOption(new Option('--digest <sha256:…>', 'the package you mean, if this checkout holds another one'))
    .addOption(yes())
    .addOption(declared())
    .addOption(packageOption())
    .addHelpText('after', examples('approve --apr APR-BOOT-AUTHMODEL-1', 'approve --local --apr APR-X-1 --yes'))
    .action(async (options: ApproveOptions) => finish(await load('./commands/approve.ts').approveCommand(options)));
  targetCommand(registration, 'reject', 'say no to what waits for approval; nothing is run')
    .requiredOption('--reason <text>', 'why; it stands in the report')
    .addOption(execution())
    .addOption(declared())
    .addHelpText('after', examples('reject --reason "not before the audit is over"'))
    .action(async (options: RejectOptions) => finish(await load('./commands/reject.ts').rejectCommand(options)));
}

/** Registers what anybody may do: look. */
function registerReaders(registration: Registration): void {
  const { finish } = registration;
  targetCommand(registration, 'status', 'show how an execution stands')
    .argument('[execution]', which)
    .addHelpText('after', examples('status', 'status --local --json'))
    .action(async (named: string | undefined, options: TargetOptions) =>
      finish(await load('./commands/status.ts').statusCommand(named, options)),
    );
  targetCommand(registration, 'watch', 'show an execution live until it ends, and exit as it ended')
    .argument('[execution]', which)
    .addHelpText('after', examples('watch', 'watch --local | tee release.log'))
    .action(async (named: string | undefined, options: WatchOptions) =>
      finish(await load('./commands/watch.ts').watchCommand(named, options)),
    );
  targetCommand(registration, 'history', 'show every event of an execution')
    .argument('[execution]', which)
    .addHelpText('after', examples('history', 'history 0123456789ab --json'))
    .action(async (named: string | undefined, options: HistoryOptions) =>
      finish(await load('./commands/history.ts').historyCommand(named, options)),
    );
  targetCommand(registration, 'report', 'say where the report of a run lies; on AWS, fetch it with its evidence')
    .argument('[execution]', which)
    .addOption(new Option('--report-dir <dir>', 'where to put what is fetched (default: outside the checkout)'))
    .addOption(new Option('--bucket <name>', 'the evidence bucket, for a run that was stopped and cannot name it'))
    .addOption(new Option('--print', 'print the report (Markdown) instead of its place'))
    .addHelpText('after', examples('report', 'report --local --print', 'report 0123456789ab --bucket NAME'))
    .action(async (named: string | undefined, options: ReportOptions) =>
      finish(await load('./commands/report.ts').reportCommand(named, options)),
    );
}

/** Registers every command of the people around a release. */
export function registerPeople(registration: Registration): void {
  registerLocal(registration);
  registerOperator(registration);
  registerApprover(registration);
  registerReaders(registration);
}
