import { Duration } from 'aws-cdk-lib/core';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { LoggedLambda } from '../house/logged-lambda.ts';
import { executionArns, machineArn } from '../house/machine-arns.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import { callOnSchedule } from '../house/schedule.ts';
import { reminderSeconds } from '../house/settings.ts';
import { askingEnvironment } from '../house/step-lambda.ts';
import { WATCH_MINUTES } from '../../core/approval/watch-approval.ts';
import { states } from '../../core/base/names.ts';

/** Interval of the schedule. */
export const watchInterval = Duration.minutes(WATCH_MINUTES);
/** Seconds that the function has for listing executions and reading the newest events of each. */
const WATCH_SECONDS = 60;

/**
 * Measures every quarter of an hour how long approvals have been waiting, because Step Functions has no metric for it.
 * Its function reads names and times of releases and sends messages; it can neither answer an approval nor touch the
 * evidence.
 */
export class ApprovalWatch extends LoggedLambda<'watch-approval'> {
  constructor(scope: Construct, id: string, context: ReleaseContext) {
    const release = machineArn(scope, context.names.release);
    super(scope, id, {
      context,
      handler: 'watch-approval',
      description: 'Says how long approvals have been waiting, and reminds the approvers',
      seconds: WATCH_SECONDS,
      environment: {
        ...askingEnvironment(context),
        STATE_MACHINE_ARN: release,
        APPROVAL_STATE: states.awaitApproval,
        REMINDER_SECONDS: String(reminderSeconds(context.settings)),
      },
    });
    context.topic.grantNotify(this.role);
    const executions = executionArns(this, context.names.release);
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['states:ListExecutions'], resources: [release] }));
    this.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['states:GetExecutionHistory'], resources: [executions] }),
    );
    acknowledgeWildcard(this, executions, 'Which releases wait is known at run time only; it reads names and times.');
    callOnSchedule(this, 'Looks how long approvals have been waiting', Schedule.rate(watchInterval));
  }
}
