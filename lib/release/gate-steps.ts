import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { archiveFile } from '../../core/package/archive-file.ts';
import { planNotes } from '../../core/package/plan-notes.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { machineArn } from '../house/machine-arns.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import { SendingLambda, senderEnvironment } from '../house/sending-lambda.ts';
import { approvalSeconds } from '../house/settings.ts';
import { askingEnvironment, commonEnvironment, StepLambda } from '../house/step-lambda.ts';
import { grantUnscoped } from '../house/unscoped.ts';

/** Seconds for a function that only writes evidence and sends a message. */
const NOTIFY_SECONDS = 30;

/** The functions before the first tier: nothing they send can write. */
export class GateSteps extends Construct {
  readonly checkGate: StepLambda;
  readonly requestApproval: StepLambda;
  readonly checkAnswer: StepLambda;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    this.checkGate = this.gateReader(context);
    this.requestApproval = this.requester(context);
    this.checkAnswer = this.answerReader(context);
  }

  /** All of them, for the machine that invokes them. */
  get lambdas(): StepLambda[] {
    return [this.checkGate, this.requestApproval, this.checkAnswer];
  }

  private gateReader(context: ReleaseContext): StepLambda {
    const scripts = ['gate'];
    const { answers, people } = context.release.plan.approval;
    const machine = machineArn(this, context.names.release);
    const lambda = new SendingLambda(this, 'CheckGate', {
      context,
      handler: 'check-gate',
      evidence: { rehearsals: 'reads', archive: 'writes' },
      data: { [archiveFile]: context.release.archive },
      description: 'Reads the gate and pins the command documents',
      scripts,
      environment: {
        ...senderEnvironment(context, scripts),
        ...documentEnvironment(context),
        APPROVAL_ANSWERS: String(answers + people - 1),
        REQUIRE_REHEARSAL: context.settings.requireRehearsal ? 'true' : 'false',
        REHEARSAL_DAYS: String(context.settings.rehearsalDays),
        PLAN_NOTES: JSON.stringify(planNotes(context.release.plan)),
        STATE_MACHINE_ARN: machine,
      },
    });
    lambda.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['states:ListExecutions'], resources: [machine] }));
    return allowGateReads(context, lambda);
  }

  private requester(context: ReleaseContext): StepLambda {
    const lambda = new StepLambda(this, 'RequestApproval', {
      context,
      handler: 'request-approval',
      description: 'Tells the approvers that a release waits',
      seconds: NOTIFY_SECONDS,
      environment: {
        ...commonEnvironment(context),
        ...askingEnvironment(context),
        APPROVAL_SECONDS: String(approvalSeconds(context.settings)),
      },
    });
    context.topic.grantNotify(lambda.role);
    return lambda;
  }

  private answerReader(context: ReleaseContext): StepLambda {
    const scripts = ['gate', 'approval'];
    const lambda = new SendingLambda(this, 'CheckAnswer', {
      context,
      handler: 'check-answer',
      description: 'Judges the answer: digest, gate, documents and APR',
      scripts,
      environment: {
        ...senderEnvironment(context, scripts),
        ...documentEnvironment(context),
        APPROVAL_CODE: JSON.stringify(context.release.plan.approval.code),
        APPROVAL_PEOPLE: String(context.release.plan.approval.people),
        REQUIRE_VERIFIED_APPROVAL: context.settings.requireVerifiedApproval ? 'true' : 'false',
      },
    });
    const decisions = context.evidence.grantReadDecisions(lambda.role);
    acknowledgeWildcard(lambda, decisions, 'A decision is named by the page at run time; this function only reads it.');
    return allowGateReads(context, lambda);
  }
}

function documentEnvironment({ documents, settings }: ReleaseContext) {
  return {
    DOCUMENT_DIGESTS: JSON.stringify(documents.digests),
    DOCUMENT_PREFIX: documents.prefix,
    CLOCK_SKEW_SECONDS: String(settings.clockSkewSeconds),
    CHANGE_CALENDAR: settings.changeCalendar ?? '',
  };
}

function allowGateReads(context: ReleaseContext, lambda: StepLambda): StepLambda {
  context.documents.grantRead(lambda.role);
  grantUnscoped(lambda, ['ssm:DescribeInstanceInformation']);
  const { changeCalendar } = context.settings;
  if (changeCalendar !== undefined) {
    const calendar = changeCalendar.startsWith('arn:')
      ? changeCalendar
      : Stack.of(lambda).formatArn({ service: 'ssm', resource: 'document', resourceName: changeCalendar });
    lambda.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ssm:DescribeDocument', 'ssm:GetCalendarState', 'ssm:GetDocument'],
        resources: [calendar],
      }),
    );
  }
  return lambda;
}
