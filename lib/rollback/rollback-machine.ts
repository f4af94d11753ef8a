import { Duration } from 'aws-cdk-lib/core';
import { Choice, Condition, Errors, Fail, JsonPath, Succeed, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { IChainable, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { BaselineNotProven } from '../../core/base/errors.ts';
import { AuditedMachine } from '../house/audited-machine.ts';
import { equals } from '../house/conditions.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import { RollbackSteps } from './rollback-steps.ts';
import type { StepLambda } from '../house/step-lambda.ts';
import { stepTask, THROTTLE_SECONDS } from '../house/step-task.ts';
import { machineNames } from '../../core/base/machine-names.ts';

/** A step of the rollback may run this often: it is idempotent, and a release left half done is worse. */
const ATTEMPTS = 3;
const PAUSE_SECONDS = 2;
/** Transitions, log delivery and Lambda's own start; generous, because this machine must not time out. */
const MARGIN_SECONDS = 120;

/**
 * The one way back, for the Catch of a release, for the rule that sees it stopped, and for the operator. Input:
 * `{"release": {"Id", "Name", "StartTime"}}`, or `{}` for the newest release. Ends with `outcome` in its output.
 */
export class RollbackMachine extends Construct {
  readonly machine: StateMachine;
  readonly lambdas: readonly StepLambda[];
  /** The longest an execution can take, in seconds. */
  readonly seconds: number;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    const { fence, undo, proveBaseline, lambdas } = new RollbackSteps(this, 'Steps', context);
    const { startBySeconds, clockSkewSeconds } = context.settings;
    const attempts = lambdas.reduce(
      (sum, step) => sum + ATTEMPTS * (step.taskSeconds + PAUSE_SECONDS + THROTTLE_SECONDS),
      0,
    );
    this.seconds = attempts + startBySeconds + clockSkewSeconds + MARGIN_SECONDS;

    const human = new Fail(this, 'Needs a human', {
      error: 'NeedsAHuman',
      cause: 'The database may be between two states. Read docs/operator.md, "Needs a human", before anything else.',
    });
    const nothing = new Succeed(this, 'Nothing to roll back');
    const released = new Succeed(this, 'Already released');
    const ended = (choice: string) =>
      new Choice(this, choice)
        .when(equals('$.outcome', 'nothing_to_roll_back'), nothing)
        .when(equals('$.outcome', 'already_released'), released);

    const prove = this.step('Prove baseline', proveBaseline, human, 'Compares the database with what it was at entry');
    prove.next(ended('What is proven?').otherwise(new Succeed(this, 'Rolled back')));
    const undone = this.step('Undo', undo, human, 'Undoes the own work of the run in one transaction');
    undone.next(ended('What was undone?').otherwise(prove));
    const wait = new Wait(this, 'Wait for start-by', {
      comment: 'Until no command of the run can start any more',
      time: WaitTime.timestampPath('$.waitUntil'),
    });
    wait.next(undone);
    const start = this.step('Fence', fence, human, 'Stops whatever of the run is running, and proves it');
    start.next(ended('Anything to undo?').when(isInstant('$.waitUntil'), wait).otherwise(human));

    const { settings } = context;
    const comment = 'One-Roof: the one way back';
    const audited = { name: machineNames.rollback, comment, start, seconds: this.seconds, lambdas, settings };
    this.lambdas = lambdas;
    this.machine = new AuditedMachine(this, 'Audited', audited).machine;
  }

  private step(name: string, lambda: StepLambda, human: IChainable, comment: string) {
    const task = stepTask(this, name, lambda, comment);
    // What was compared and differs will differ again; everything else may have been a lost answer, and the step is
    // idempotent, so it is tried again before a human is called.
    task.addRetry({ errors: [BaselineNotProven.name], maxAttempts: 0 });
    task.addRetry({
      errors: [Errors.ALL],
      interval: Duration.seconds(PAUSE_SECONDS),
      backoffRate: 1,
      maxAttempts: ATTEMPTS - 1,
    });
    task.addCatch(human, { errors: [Errors.ALL], resultPath: JsonPath.stringAt('$.error') });
    return task;
  }
}

/** A Wait on a path that is absent or no time would end in States.Runtime, which no Catch sees. */
function isInstant(path: string): Condition {
  return Condition.and(Condition.isPresent(path), Condition.isTimestamp(path));
}
