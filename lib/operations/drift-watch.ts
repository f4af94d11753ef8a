import { Duration } from 'aws-cdk-lib/core';
import { Schedule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { functionSeconds } from '../../core/command/timeouts.ts';
import { driftScript } from '../../core/drift/released-state.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { LoggedLambda } from '../house/logged-lambda.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import { callOnSchedule } from '../house/schedule.ts';
import { grantSending, senderEnvironment } from '../house/sending-lambda.ts';

const scripts = [driftScript];

/**
 * Compares once a day what was released with what was sealed, as long as something is. Its function sends one script that only
 * reads, as the reader, and reads the evidence of runs; what it finds it writes into a folder of its own.
 */
export class DriftWatch extends LoggedLambda<'check-drift'> {
  constructor(scope: Construct, id: string, context: ReleaseContext) {
    const { documents, settings, topic, release, evidence } = context;
    const budgets = documents.scriptSettings(scripts).map(({ seconds }) => seconds);
    super(scope, id, {
      context,
      handler: 'check-drift',
      description: 'Compares what was released with what was sealed',
      // The script is sent a second time where the first look found a difference.
      seconds: functionSeconds([...budgets, ...budgets], settings.startBySeconds),
      environment: {
        ...senderEnvironment(context, scripts),
        PACKAGE: release.plan.name,
        TITLE: release.plan.title,
        TOPIC_ARN: topic.topic.topicArn,
        LATER_BUCKETS: JSON.stringify(settings.laterEvidence),
      },
    });
    grantSending(this, context, scripts);
    documents.grantRead(this.role, scripts);
    topic.grantNotify(this.role);
    const any = 'Which run is sealed is known in the database only; nothing but entries and packages of runs is open.';
    for (const arn of evidence.grantWatch(this.role, settings.laterEvidence)) acknowledgeWildcard(this, arn, any);
    callOnSchedule(this, 'Compares what was released with what was sealed', Schedule.rate(Duration.days(1)));
  }
}
