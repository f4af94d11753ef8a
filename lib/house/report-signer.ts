import type { IChainable, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { states } from '../../core/base/names.ts';
import type { ReleaseContext } from './release-context.ts';
import { commonEnvironment, StepLambda } from './step-lambda.ts';
import { sideTask } from './step-task.ts';

/** Seconds for reading a chain, two requests to KMS and one write. */
const SIGN_SECONDS = 30;

/** The function that signs reports, for both machines: the only one that may use the key, and it does nothing else. */
export class ReportSigner extends Construct {
  readonly lambda: StepLambda<'sign-report'>;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    const { signing } = context;
    this.lambda = new StepLambda(this, 'SignReport', {
      context,
      handler: 'sign-report',
      evidence: 'signs',
      description: 'Signs the head of a report',
      seconds: SIGN_SECONDS,
      environment: { ...commonEnvironment(context), SIGNING_KEY: signing.key.keyArn },
    });
    signing.reserve(this.lambda.role);
  }

  /** The state behind *Write report*. */
  state(scope: Construct, next: IChainable): TaskStateBase {
    return sideTask(scope, states.signReport, this.lambda, 'Signs the head of the report', next);
  }
}
