import { exitCodes } from '../../core/base/exit-codes.ts';
import { isRollback, isTierState } from '../../core/base/names.ts';
import type { ListedExecution } from '../../aws/executions.ts';
import { UsageError } from '../../core/base/errors.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { assertConfirmable, confirmRun } from '../screen/confirm.ts';
import { declaredBy } from '../execution/declared-by.ts';
import { lastState } from '../execution/ending-of-history.ts';
import { ownEnding } from '../../core/ending/rollback-ending.ts';
import { viewExecution } from '../../core/approval/execution-view.ts';
import { namedExecution, newestRelease } from '../execution/find-execution.ts';
import { rollbackEnd } from '../execution/follow-rollback.ts';
import { executionName } from './start.ts';
import { createFollower } from './stop.ts';
import { type DatabaseRollback, rollBackDatabase } from '../execution/rollback-database.ts';
import { openTarget, type Target, type TargetOptions } from '../execution/target.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import {
  containerFlag,
  declaredByFlag,
  examples,
  executionFlag,
  reportFolderFlag,
  targetFlags,
  urlFlag,
  yesFlag,
} from '../execution/flags.ts';
import { Option } from 'commander';

/** Options of `one-roof rollback`. */
export interface RollbackOptions extends TargetOptions, Omit<DatabaseRollback, 'url' | 'json' | 'local'> {
  readonly url?: string;
  readonly execution?: string;
}

/** What is known of a release before it is rolled back. */
interface Found {
  readonly release: ListedExecution;
  readonly runId: string;
  readonly sealed: boolean;
}

async function findRelease(target: Target, options: RollbackOptions): Promise<ListedExecution> {
  const named = options.execution ?? options.undoReleased;
  const found = named === undefined ? await newestRelease(target) : await namedExecution(target, named);
  if (found !== undefined && !isRollback(found.arn)) return found;
  throw new UsageError(found === undefined ? 'There is no release that could be rolled back.' : 'That is a rollback.');
}

/** Looks at a release and says what there is. @throws UsageError when it still runs. */
async function inspect(target: Target, release: ListedExecution, terminal: Terminal): Promise<Found> {
  const runId = runIdOf(release.arn);
  const events = await target.executions.history(release.arn);
  const { rows, status } = viewExecution(release.arn, events);
  if (status === 'running') {
    throw new UsageError(
      `Release ${runId} is still running. Stop it: one-roof stop${target.flags}; that rolls it back.`,
    );
  }
  const tiers = rows.filter(({ name }) => isTierState(name));
  const sealed = lastState(events).state.sealed === true;
  const done = tiers.filter(({ leftAt, failure }) => leftAt !== undefined && failure === undefined);
  terminal.progress(`Release ${runId} (${release.name}) has ended: ${status}.`);
  terminal.progress(
    `  ${tiers.length} tiers were started, ${done.length} ended well; it is ${sealed ? '' : 'not '}sealed.`,
  );
  return { release, runId, sealed };
}

function assertOwn(option: string, given: string | undefined, runId: string): void {
  if (given === undefined || given === runId) return;
  throw new UsageError(`${option} ${given} is not the run id of that release (${runId}). Nothing was undone.`);
}

async function run(target: Target, options: RollbackOptions, found: Found, terminal: Terminal): Promise<number> {
  const { release, runId } = found;
  const { undoReleased, overrideChangedRows } = options;
  const input = {
    requestedBy: declaredBy(options.declaredBy, target.local),
    release: { Id: release.arn, Name: release.name, StartTime: release.startedAt.toISOString() },
    ...(undoReleased === undefined ? {} : { undoReleased }),
    ...(overrideChangedRows === undefined ? {} : { overrideChangedRows }),
  };
  const arn = await target.executions.start(target.rollbackArn, executionName(new Date()), input);
  const ending = ownEnding(await rollbackEnd(target, arn, createFollower(terminal)));
  if (options.json === true) terminal.data(JSON.stringify({ runId, executionArn: arn, ending }));
  else terminal.data(ending.headline);
  // The operator asked to undo a sealed release, and it is still there: the rollback did not do what was asked.
  return undoReleased !== undefined && ending.name === 'released' ? exitCodes.needsHuman : ending.exitCode;
}

async function rollBackUrl(url: string, options: RollbackOptions, terminal: Terminal): Promise<number> {
  const { runId, ending } = await rollBackDatabase({ ...options, url }, terminal);
  if (options.json === true) terminal.data(JSON.stringify({ runId, ending }));
  else terminal.data(ending.headline);
  return ending.exitCode;
}

/**
 * `one-roof rollback`: brings the database back to what it was before a release that did not end well. A sealed
 * release is undone only with its run id in `--undo-released`, typed once more. With `--url` the database itself says
 * which run stands in it, for a release whose process and history are gone.
 * @throws UsageError, ServiceRefused, PackageInvalid, PostgresError.
 */
export async function rollbackCommand(options: RollbackOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  if (options.url !== undefined) return rollBackUrl(options.url, options, terminal);
  const target = await openTarget(options);
  const found = await inspect(target, await findRelease(target, options), terminal);
  const { runId, sealed } = found;
  assertOwn('--undo-released', options.undoReleased, runId);
  assertOwn('--override-changed-rows', options.overrideChangedRows, runId);
  if (sealed && options.undoReleased === undefined) {
    const ending = ownEnding('already_released');
    if (options.json === true) terminal.data(JSON.stringify({ runId, ending }));
    else terminal.data(ending.headline);
    terminal.progress(`To undo a released and sealed run: one-roof rollback${target.flags} --undo-released ${runId}`);
    return ending.exitCode;
  }
  assertConfirmable('rollback', options.yes, terminal);
  if (sealed) terminal.alert('This release is complete and in use. Undoing it takes away everything it brought.');
  await confirmRun(sealed ? 'undo the released run' : 'roll back', runId, options.yes, terminal);
  return run(target, options, found, terminal);
}

/** Flags and action of `one-roof rollback`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .addOption(executionFlag())
    .addOption(urlFlag().conflicts(['local', 'name', 'runtime', 'endpointUrl', 'region', 'execution']))
    .addOption(new Option('--run <run id>', 'with --url: the run to undo, if objects of several are there'))
    .addOption(reportFolderFlag())
    .addOption(containerFlag())
    .addOption(new Option('--undo-released <run id>', 'undo this run although it is released and sealed'))
    .addOption(new Option('--override-changed-rows <run id>', 'of this run, delete seed rows that were changed since'))
    .addOption(yesFlag())
    .addOption(declaredByFlag())
    .addHelpText('after', examples('rollback', 'rollback --undo-released 0123456789ab', 'rollback --url URL'))
    .action(async (options: RollbackOptions) => finish(await rollbackCommand(options)));
