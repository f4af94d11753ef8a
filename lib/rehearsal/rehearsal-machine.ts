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
/** Dropping the clone is idempotent, and a clone that stays fills the disk of production. */
const DROP_ATTEMPTS = 3;
const DROP_PAUSE_SECONDS = 2;
const inError = { errors: [Errors.ALL], resultPath: '$.error' };

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
    const record = stepTask(this, 'Record', steps.record, 'Writes it down where the gate looks');
    const notRecorded = new Fail(this, 'Not recorded', {
      error: 'RehearsalNotRecorded',
      cause: 'The clone is gone, but the evidence store took no entry: the rehearsal counts for nothing.',
    });
    record.addCatch(notRecorded, inError).next(
      new Choice(this, 'Did it pass?')
        .when(equals('$.result', 'passed'), new Succeed(this, 'Rehearsal passed'))
        .otherwise(
          new Fail(this, 'Rehearsal failed', {
            error: 'RehearsalFailed',
            cause: 'See the output of Record. Production is as it was.',
          }),
        ),
    );
    const drop = stepTask(this, 'Drop clone', steps.dropClone, 'Always; then looks at production again');
    const interval = Duration.seconds(DROP_PAUSE_SECONDS);
    drop.addRetry({ errors: [Errors.ALL], interval, backoffRate: 1, maxAttempts: DROP_ATTEMPTS - 1 });
    drop.addCatch(record, inError).next(record);
    const task = (name: string, lambda: StepLambda, comment: string) =>
      stepTask(this, name, lambda, comment).addCatch(drop, inError);

    const start = task('Check disk', steps.checkDisk, 'Cleans up, looks for room, reads production');
    const forward = task('Rehearse forward', steps.forward, 'One tier at a time');
    const again = task('Rehearse forward again', steps.forward, 'One tier at a time');
    const back = task('Rehearse back again', steps.back, 'The rollback twice; the second finds nothing');
    back.next(drop);
    const refuse = task('Refuse a further run', steps.refuse, 'A second release has to be refused');
    refuse.next(back);
    this.loop(again, refuse, 'More tiers again?');
    start.next(task('Clone', steps.clone, 'Copies production while the application goes on').next(forward));
    const checked = task('Check clone', steps.checkClone, 'Post checks, locks and the guard');
    checked.next(task('Rehearse back', steps.back, 'The full rollback, compared with the entry').next(again));
    this.loop(forward, checked, 'More tiers?');

    this.lambdas = steps.lambdas;
    this.documents = steps.documents;
    this.machine = new AuditedMachine(this, 'Audited', {
      name: context.names.rehearsal,
      comment: `${context.release.plan.name} rehearsal ${context.release.digest}`,
      start,
      seconds: longest(steps, context.release.plan.tiers.length),
      lambdas: steps.lambdas,
      settings: context.settings,
    }).machine;
  }

  private loop(state: TaskStateBase, after: TaskStateBase, question: string): void {
    state.next(new Choice(this, question).when(isTrue('$.more'), state).otherwise(after));
  }
}

/** Every task once, a tier's twice each, the way back twice, the drop with its attempts. */
function longest({ lambdas, forward, back, dropClone }: RehearsalSteps, tiers: number): number {
  const once = lambdas.reduce((sum, step) => sum + step.taskSeconds + THROTTLE_SECONDS, 0);
  const more =
    2 * tiers * forward.taskSeconds + back.taskSeconds + DROP_ATTEMPTS * (dropClone.taskSeconds + DROP_PAUSE_SECONDS);
  return once + more + MARGIN_SECONDS;
}
