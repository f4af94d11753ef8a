import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { states } from '../../core/base/names.ts';
import { trialId } from '../../core/package/engine-scripts.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import { SendingLambda, senderEnvironment } from '../house/sending-lambda.ts';
import type { StepLambda } from '../house/step-lambda.ts';
import { stepTask } from '../house/step-task.ts';

const what = 'Tries release and undo in one transaction that cannot commit';

/** The trial: a function whose role may send that one document. */
export class TrialStep extends Construct {
  readonly lambda: StepLambda;
  /** The state, not yet wired. */
  readonly state: LambdaInvoke;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    const scripts = [trialId];
    this.lambda = new SendingLambda(this, 'Run', {
      context,
      handler: 'try-release',
      description: what,
      scripts,
      environment: { ...senderEnvironment(context, scripts), TRIAL_LINES: context.release.trialLines },
    });
    this.state = stepTask(this, states.trial, this.lambda, what);
  }
}
