import { Construct } from 'constructs';
import type { ReleaseContext } from '../house/release-context.ts';
import { SendingLambda, senderEnvironment } from '../house/sending-lambda.ts';
import { commonEnvironment, StepLambda } from '../house/step-lambda.ts';
import { reportedPlan } from '../../core/base/named-tiers.ts';

/** Seconds for rendering and storing a report. */
const REPORT_SECONDS = 60;

/** The functions after the seal: they judge and report, and can change neither the database nor the outcome. */
export class ClosingSteps extends Construct {
  readonly postChecks: StepLambda;
  readonly writeReport: StepLambda;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    const scripts = ['contract', 'outcome', 'probe', 'drift'];
    this.postChecks = new SendingLambda(this, 'PostChecks', {
      context,
      handler: 'post-checks',
      description: 'Reads the released database back as an outsider',
      scripts,
      environment: senderEnvironment(context, scripts),
    });
    this.writeReport = new StepLambda(this, 'WriteReport', {
      context,
      handler: 'write-report',
      evidence: { report: 'release', archive: 'reads', releases: 'records' },
      description: 'Records the ending and writes the report',
      seconds: REPORT_SECONDS,
      environment: {
        ...commonEnvironment(context),
        SIGNING_KEY: context.signing.key.keyArn,
        TOPIC_ARN: context.topic.topic.topicArn,
        ...reportedPlan(context.release.plan),
      },
    });
    context.topic.grantNotify(this.writeReport.role);
  }

  /** All of them, for the machine that invokes them. */
  get lambdas(): StepLambda[] {
    return [this.postChecks, this.writeReport];
  }
}
