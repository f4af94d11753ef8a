import { Duration } from 'aws-cdk-lib/core';
import { Choice, Errors, Fail, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { StateMachine, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AuditedMachine } from '../house/audited-machine.ts';
import type { CommandDocuments } from '../house/command-documents.ts';
import { equals, isTrue } from '../house/conditions.ts';
import { RehearsalSteps } from './rehearsal-steps.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import type { StepLambda } from '../house/step-lambda.ts';
import { stepTask, THROTTLE_SECONDS } from '../house/step-task.ts';

/** Transitions and queueing, beyond the time-outs of the tasks. */
const MARGIN_SECONDS = 300;
/** Attempts to drop the clone: dropping is idempotent, and a clone that is left behind fills production's disk. */
const DROP_ATTEMPTS = 3;
const DROP_PAUSE_SECONDS = 2;
const dropRetry = {
  errors: [Errors.ALL],
  interval: Duration.seconds(DROP_PAUSE_SECONDS),
  backoffRate: 1,
  maxAttempts: DROP_ATTEMPTS - 1,
};
const inError = { errors: [Errors.ALL], resultPath: '$.error' };
const failed = { error: 'RehearsalFailed', cause: 'See the output of Record. Production is as it was.' };
const notRecorded = {
  error: 'RehearsalNotRecorded',
  cause: 'The clone is gone, but the evidence store took no entry: the rehearsal counts for nothing.',
};

/**
 * The release and both ways back, on a copy of production beside it: forward, back, forward, a second release that is
 * refused, back twice. Whatever happens, the clone is dropped. Input `{}`.
 */
export class RehearsalMachine extends Construct {
  readonly machine: StateMachine;
  readonly lambdas: readonly StepLambda[];
  readonly documents: CommandDocuments;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    const steps = new RehearsalSteps(this, 'Steps', context);
    const checkDisk = stepTask(this, 'Check disk', steps.checkDisk, 'Cleans up, looks for room, reads production');
    const clone = stepTask(this, 'Clone', steps.clone, 'Copies production while the application goes on');
    const forward = stepTask(this, 'Rehearse forward', steps.forward, 'One tier at a time');
    const checkClone = stepTask(this, 'Check clone', steps.checkClone, 'Post checks, locks and the guard');
    const back = stepTask(this, 'Rehearse back', steps.back, 'The full rollback, compared with the entry');
    const again = stepTask(this, 'Rehearse forward again', steps.forward, 'One tier at a time');
    const refuse = stepTask(this, 'Refuse a further run', steps.refuse, 'A second release has to be refused');
    const backAgain = stepTask(this, 'Rehearse back again', steps.back, 'The rollback twice; the second finds nothing');
    const drop = stepTask(this, 'Drop clone', steps.dropClone, 'Always; then looks at production again');
    const record = stepTask(this, 'Record', steps.record, 'Writes it down where the gate looks');

    // For each state: where an error leads, then what follows.
    checkDisk.addCatch(drop, inError).next(clone);
    clone.addCatch(drop, inError).next(forward);
    forward.addCatch(drop, inError).next(this.whileMore('More tiers?', forward, checkClone));
    checkClone.addCatch(drop, inError).next(back);
    back.addCatch(drop, inError).next(again);
    again.addCatch(drop, inError).next(this.whileMore('More tiers again?', again, refuse));
    refuse.addCatch(drop, inError).next(backAgain);
    backAgain.addCatch(drop, inError).next(drop);
    drop.addRetry(dropRetry).addCatch(record, inError).next(record);
    record
      .addCatch(new Fail(this, 'Not recorded', notRecorded), inError)
      .next(
        new Choice(this, 'Did it pass?')
          .when(equals('$.result', 'passed'), new Succeed(this, 'Rehearsal passed'))
          .otherwise(new Fail(this, 'Rehearsal failed', failed)),
      );

    this.lambdas = steps.lambdas;
    this.documents = steps.documents;
    this.machine = new AuditedMachine(this, 'Audited', {
      name: context.names.rehearsal,
      comment: `${context.release.plan.name} rehearsal ${context.release.digest}`,
      start: checkDisk,
      seconds: longest(steps, context.release.plan.tiers.length),
      lambdas: steps.lambdas,
      settings: context.settings,
    }).machine;
  }

  /** Repeats a state while it says that there is more to do. */
  private whileMore(question: string, state: TaskStateBase, after: TaskStateBase): Choice {
    return new Choice(this, question).when(isTrue('$.more'), state).otherwise(after);
  }
}

/** The sum of all time-outs: every task once, each tier twice, the way back twice, the drop with all its attempts. */
function longest({ lambdas, forward, back, dropClone }: RehearsalSteps, tiers: number): number {
  const once = lambdas.reduce((sum, step) => sum + step.taskSeconds + THROTTLE_SECONDS, 0);
  const more =
    2 * tiers * forward.taskSeconds + back.taskSeconds + DROP_ATTEMPTS * (dropClone.taskSeconds + DROP_PAUSE_SECONDS);
  return once + more + MARGIN_SECONDS;
}
