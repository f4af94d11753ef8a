import { inPackage, UsageError } from '../../core/base/errors.ts';
import { runIdPattern } from '../../core/base/run-id.ts';
import { ownEnding } from '../../core/ending/rollback-ending.ts';
import { type Ending, ending } from '../../core/ending/ending.ts';
import { readStamps, type StampedRun, type Stamps } from '../../local/postgres/read-stamps.ts';
import type { Runtime } from '../../local/driver/runtime.ts';
import { assertConfirmable, confirmRun } from '../screen/confirm.ts';
import type { Terminal } from '../screen/terminal.ts';
import { standing } from './database-status.ts';
import { declaredBy } from './declared-by.ts';
import { readReleasePackage, withDatabase } from './database.ts';
import { rollbackOutcome } from './ending-of-history.ts';
import { createProgress } from './release-progress.ts';
import { uninterrupted } from './uninterrupted.ts';
import { assertRuntimePossible, type RuntimeFlags, withRuntime } from './with-runtime.ts';

/** Options of `one-roof rollback --url`. */
export interface DatabaseRollback extends RuntimeFlags {
  readonly url: string;
  readonly run?: string;
  readonly undoReleased?: string;
  readonly overrideChangedRows?: string;
  readonly yes?: boolean;
  readonly declaredBy?: string;
}

/** Which run was rolled back by its stamps, and how that ended. */
interface Ended {
  readonly runId?: string;
  readonly ending: Ending;
}

function list(runs: readonly StampedRun[]): string {
  return runs.map((run) => `\n  ${run.run}  ${standing(run)}  ${run.objects} objects`).join('');
}

/** The run to undo; undefined when no object of a release is there. @throws UsageError when the run is ambiguous. */
function chooseRun({ runs, present }: Stamps, options: DatabaseRollback, undoFile: string): StampedRun | undefined {
  const named = options.run ?? options.undoReleased ?? options.overrideChangedRows;
  const fitting = runs.filter(({ run }) => named === undefined || run === named);
  const [only] = fitting;
  if (fitting.length > 1)
    throw new UsageError(`Several runs stand in this database; say which with --run:${list(runs)}`);
  if (only === undefined && runs.length > 0)
    throw new UsageError(
      `Nothing in this database is stamped by run ${named ?? ''}. Nothing was undone. There is:${list(runs)}`,
    );
  if (only === undefined && present !== '')
    throw new UsageError(
      `Objects have the names of this release and no stamp of a run: ${present}. They are not ours and stay: ask their owner.`,
    );
  if (only !== undefined && !runIdPattern.test(only.run))
    throw new UsageError(
      `Run ${only.run} was begun by hand, and is undone by hand: psql -v ON_ERROR_STOP=1 -f ${inPackage(undoFile)} (docs/operator.md, section 5).`,
    );
  return only;
}

/** @throws UsageError while a script of the run is at work, which would go on writing. */
function assertAtRest({ sessions }: Stamps, runId: string): void {
  const own = sessions.filter(({ run }) => run === runId).map(({ script, pid }) => `${script} (pid ${pid})`);
  if (own.length === 0) return;
  throw new UsageError(
    `A session of run ${runId} is still at work: ${own.join(', ')}. Wait until it ends, or end it with pg_terminate_backend; then start this command again.`,
  );
}

function assertOwn(option: string, given: string | undefined, runId: string): void {
  if (given !== undefined && given !== runId)
    throw new UsageError(`${option} ${given} is not the run to undo (${runId}). Nothing was undone.`);
}

async function undo(runtime: Runtime, runId: string, options: DatabaseRollback, terminal: Terminal): Promise<Ending> {
  const { undoReleased, overrideChangedRows } = options;
  const input = {
    stampedRun: runId,
    requestedBy: declaredBy(options.declaredBy, true),
    ...(undoReleased === undefined ? {} : { undoReleased }),
    ...(overrideChangedRows === undefined ? {} : { overrideChangedRows }),
  };
  const { stepFunctions, rollbackArn: stateMachineArn } = runtime;
  const progress = createProgress(terminal);
  const unsubscribe = stepFunctions.onEvent(({ event }) => progress(event));
  try {
    const { executionArn } = stepFunctions.startExecution({ stateMachineArn, input: JSON.stringify(input) });
    return ownEnding(rollbackOutcome((await stepFunctions.finished(executionArn)).output));
  } finally {
    unsubscribe();
  }
}

/**
 * Undoes the run whose stamps stand in a database, through the state machine of every rollback: for a run whose
 * process is gone, and its history with it.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function rollBackDatabase(options: DatabaseRollback, terminal: Terminal): Promise<Ended> {
  assertRuntimePossible(options);
  const { plan } = readReleasePackage(options.package);
  return withDatabase({ database: plan.database, user: plan.writer }, options, terminal, async (server) => {
    const found = await readStamps(server, plan.database, options.package);
    const byHand = plan.scripts.find(({ id }) => id === plan.roles.undo);
    const chosen = chooseRun(found, options, byHand?.file ?? '');
    if (chosen === undefined) {
      const { name, exitCode } = ownEnding('nothing_to_roll_back');
      return { ending: { name, exitCode, headline: 'Nothing of a release is in this database; nothing was undone.' } };
    }
    const { run: runId, sealed } = chosen;
    assertOwn('--undo-released', options.undoReleased, runId);
    assertOwn('--override-changed-rows', options.overrideChangedRows, runId);
    assertAtRest(found, runId);
    terminal.progress(`Run ${runId} stands in ${plan.database}: ${chosen.objects} objects, ${standing(chosen)}.`);
    if (sealed && options.undoReleased === undefined) {
      terminal.progress(`To undo a released and sealed run: --undo-released ${runId}`);
      return { runId, ending: ownEnding('already_released') };
    }
    assertConfirmable('rollback', options.yes, terminal);
    if (sealed) terminal.alert('This release is complete and in use. Undoing it takes away everything it brought.');
    await confirmRun(sealed ? 'undo the released run' : 'roll back', runId, options.yes, terminal);
    const ended = await uninterrupted(chosen, plan.database, terminal, (begin) =>
      withRuntime(server, options, {}, (runtime) => {
        begin();
        return undo(runtime, runId, options, terminal);
      }),
    );
    const unproven = ended.name === 'released' ? ending('needs_a_human', ended.headline) : ended;
    return { runId, ending: options.undoReleased === undefined ? ended : unproven };
  });
}
