import { Duration } from 'aws-cdk-lib/core';
import {
  Choice,
  Condition,
  Errors,
  Fail,
  JsonPath,
  Pass,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { IChainable, StateMachine, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { BaselineNotProven, RollbackRefused, ScriptBlocked, TrialNotFenced } from '../../core/base/errors.ts';
import { humanNeeded, rollbackTable } from '../../core/ending/rollback-ending.ts';
import { AuditedMachine } from '../house/audited-machine.ts';
import { equals } from '../house/conditions.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import type { SideSteps } from '../house/side-steps.ts';
import { RollbackSteps } from './rollback-steps.ts';
import type { StepLambda } from '../house/step-lambda.ts';
import { stepTask, THROTTLE_SECONDS } from '../house/step-task.ts';
import { states } from '../../core/base/names.ts';

/** Attempts per step. Every step is idempotent, and a release that is left half undone is worse than a repetition. */
const ATTEMPTS = 3;
const PAUSE_SECONDS = 2;
/** Pause before a step that was blocked is tried again; the step itself has waited for the lock before. */
const BLOCKED_PAUSE_SECONDS = 20;
/** Transitions, log delivery and Lambda's own start; generous, because this machine must not time out. */
const MARGIN_SECONDS = 120;

/**
 * The only way back: started by the Catch of a release, by the rule for a stopped release, or by the operator. Input:
 * `{"release": {"Id", "Name", "StartTime"}}`, or `{}` for the newest release. Ends with `outcome` in its output.
 */
export class RollbackMachine extends Construct {
  readonly machine: StateMachine;
  readonly lambdas: readonly StepLambda[];
  /** The function whose failure does not fail a rollback, so it needs an alarm of its own. */
  readonly writeReport: StepLambda;
  /** The longest an execution can take, in seconds. */
  readonly seconds: number;
  /** How often a step is tried again because another session holds a lock, beside its attempts for other reasons. */
  private readonly blockedAttempts: number;

  constructor(scope: Construct, id: string, context: ReleaseContext, side: SideSteps) {
    super(scope, id);
    const { settings, release } = context;
    const steps = new RollbackSteps(this, 'Steps', context);
    this.lambdas = steps.lambdas;
    this.writeReport = steps.writeReport;
    const called = [...steps.lambdas, ...side.lambdas];
    this.blockedAttempts = Math.ceil(settings.lockPatienceSeconds / BLOCKED_PAUSE_SECONDS);
    const waits = settings.startBySeconds + settings.clockSkewSeconds + MARGIN_SECONDS;
    this.seconds = longest(called) + this.longestBlocked([steps.fence, steps.undo, steps.proveBaseline]) + waits;

    // Fence ▶ Wait for start-by ▶ Undo ▶ Prove baseline ▶ Write report ▶ Sign report ▶ Announce ending ▶ How did it end?
    // Each state may go to Write report early: with an outcome when there is nothing to do, or with an error.
    const report = this.report(steps, side);
    const prove = this.step(
      states.proveBaseline,
      steps.proveBaseline,
      'Compares the database with what it was at entry',
    );
    prove.addCatch(report, inError).next(report);
    const undo = this.step(states.undo, steps.undo, 'Undoes the own work of the run in one transaction');
    undo.addCatch(report, inError).next(new Choice(this, 'What was undone?').when(settled, report).otherwise(prove));
    const wait = new Wait(this, 'Wait for start-by', {
      comment: 'Until no command of the run can start any more',
      time: WaitTime.timestampPath('$.waitUntil'),
    });
    wait.next(undo);
    const fence = this.step(states.fence, steps.fence, 'Stops whatever of the run is running, and proves it');
    fence.addCatch(new Succeed(this, rollbackTable.refused.endsIn), {
      errors: [RollbackRefused.name],
      resultPath: '$',
    });
    fence.addCatch(this.trialNotFenced(report), { errors: [TrialNotFenced.name], resultPath: '$' });
    fence.addCatch(this.fenceFailed(report), { errors: [Errors.ALL], resultPath: '$' });
    fence.next(
      new Choice(this, 'Anything to undo?')
        .when(settled, report)
        .when(isInstant('$.waitUntil'), wait)
        .otherwise(report),
    );

    const comment = `${release.plan.title}: the one way back`;
    const { seconds } = this;
    const audited = { name: context.names.rollback, comment, start: fence, seconds, lambdas: called, settings };
    this.machine = new AuditedMachine(this, 'Audited', audited).machine;
  }

  /** A step of the rollback: an idempotent task that is retried before a human is called. */
  private step(name: string, lambda: StepLambda, comment: string): TaskStateBase {
    const task = stepTask(this, name, lambda, comment);
    // A difference and a mistyped input would be the same next time; any other error may be a lost answer.
    task.addRetry({ errors: [BaselineNotProven.name, RollbackRefused.name], maxAttempts: 0 });
    // A backup holds its locks for minutes, and a human could only wait for its end as well.
    if (this.blockedAttempts > 0)
      task.addRetry({
        errors: [ScriptBlocked.name],
        interval: Duration.seconds(BLOCKED_PAUSE_SECONDS),
        backoffRate: 1,
        maxAttempts: this.blockedAttempts,
      });
    const interval = Duration.seconds(PAUSE_SECONDS);
    task.addRetry({ errors: [Errors.ALL], interval, backoffRate: 1, maxAttempts: ATTEMPTS - 1 });
    return task;
  }

  /** How long these steps can be blocked by others, in seconds. */
  private longestBlocked(steps: readonly StepLambda[]): number {
    return steps.reduce((sum, step) => sum + this.blockedAttempts * (step.taskSeconds + BLOCKED_PAUSE_SECONDS), 0);
  }

  /**
   * Until *Fence* has answered, the state is whatever was typed to start the rollback, which may look like a later
   * state ({"outcome": "rolled_back"}). Of a failed fence, only the error is passed on.
   */
  private fenceFailed(next: IChainable): Pass {
    const failed = new Pass(this, 'Fence failed', { parameters: { error: JsonPath.entirePayload } });
    failed.next(next);
    return failed;
  }

  /** Behind a trial whose session nobody could look for there is nothing to undo: it keeps nothing, and no tier ran. */
  private trialNotFenced(next: IChainable): Pass {
    const outcome = { outcome: 'nothing_to_roll_back' };
    const noted = new Pass(this, 'Trial not fenced', { parameters: outcome });
    noted.next(next);
    return noted;
  }

  /**
   * The report, what follows it, then the question with the four ends. The answer depends on what the steps found, never on
   * the report.
   */
  private report({ writeReport }: RollbackSteps, side: SideSteps): TaskStateBase {
    const { failed: unproven, refused: _never, ...outcomes } = rollbackTable;
    const human = new Fail(this, unproven.endsIn, humanNeeded);
    const question = new Choice(this, 'How did it end?').when(Condition.isPresent('$.error'), human);
    for (const [outcome, { endsIn }] of Object.entries(outcomes))
      question.when(equals('$.outcome', outcome), new Succeed(this, endsIn));
    question.otherwise(human);
    const task = stepTask(this, states.writeReport, writeReport, 'Records how the rollback ended');
    const { reported, failed } = side.beforeLast(this, question);
    task.addCatch(failed, { errors: [Errors.ALL], resultPath: '$.reportError' }).next(reported);
    return task;
  }
}

const inError = { errors: [Errors.ALL], resultPath: '$.error' };

/** Whether there is nothing to undo, or nothing that may be undone. */
const settled = Condition.or(equals('$.outcome', 'nothing_to_roll_back'), equals('$.outcome', 'already_released'));

/** Whether a path holds an instant. A Wait on any other value ends in States.Runtime, which no Catch sees. */
function isInstant(path: string): Condition {
  return Condition.and(Condition.isPresent(path), Condition.isTimestamp(path));
}

/** The sum of all time-outs: every task with all its attempts. */
function longest(lambdas: readonly StepLambda[]): number {
  return lambdas.reduce((sum, step) => sum + ATTEMPTS * (step.taskSeconds + PAUSE_SECONDS + THROTTLE_SECONDS), 0);
}
