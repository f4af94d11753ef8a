import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { HandlerName } from '../../core/base/environment.ts';
import { tierStateName } from '../../core/base/names.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { executionArns, machineArn } from '../house/machine-arns.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import { SendingLambda, senderEnvironment } from '../house/sending-lambda.ts';
import { commonEnvironment, StepLambda } from '../house/step-lambda.ts';
import { reportedPlan } from '../../core/base/named-tiers.ts';
import { grantUnscoped } from '../house/unscoped.ts';

/** Seconds for rendering and storing a report. */
const REPORT_SECONDS = 60;

/** The functions of the rollback. Each is idempotent, and none depends on the evidence store being writable. */
export class RollbackSteps extends Construct {
  readonly fence: StepLambda;
  readonly undo: StepLambda;
  readonly proveBaseline: StepLambda;
  readonly writeReport: StepLambda;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    this.fence = this.fenceLambda(context);
    this.undo = this.sender(context, 'Undo', 'undo', 'Undoes the own work of the run', ['fence', 'undo']);
    this.proveBaseline = this.sender(context, 'ProveBaseline', 'prove-baseline', 'Proves the state at entry', [
      'fingerprint',
      'probe',
      'gate',
    ]);
    this.writeReport = this.reporter(context);
  }

  /** All of them, for the machine that invokes them. */
  get lambdas(): StepLambda[] {
    return [this.fence, this.undo, this.proveBaseline, this.writeReport];
  }

  private fenceLambda(context: ReleaseContext): StepLambda {
    const scripts = ['fence'];
    const { settings, release } = context;
    const reading = release.plan.tiers.filter(({ mutates }) => !mutates);
    const lambda = new SendingLambda(this, 'Fence', {
      context,
      handler: 'fence',
      description: 'Makes sure that no forward script of the run is running or can still start',
      scripts,
      environment: {
        ...senderEnvironment(context, scripts),
        CLOCK_SKEW_SECONDS: String(settings.clockSkewSeconds),
        STATE_MACHINE_ARN: machineArn(this, context.names.release),
        READ_ONLY_STATES: JSON.stringify(reading.map(tierStateName)),
      },
    });
    context.documents.grantRead(lambda.role, scripts);
    grantUnscoped(lambda, ['ssm:ListCommands', 'ssm:CancelCommand']);
    this.allowHistory(context, lambda);
    this.allowSearch(context, lambda.role);
    return lambda;
  }

  private reporter(context: ReleaseContext): StepLambda {
    const lambda = new StepLambda(this, 'WriteReport', {
      context,
      handler: 'report-rollback',
      evidence: { report: 'rollback', archive: 'reads' },
      description: 'Records how a rollback ended, writes its report and tells people',
      seconds: REPORT_SECONDS,
      environment: {
        ...commonEnvironment(context),
        ...reportedPlan(context.release.plan),
        STATE_MACHINE_ARN: machineArn(this, context.names.release),
        SIGNING_KEY: context.signing.key.keyArn,
        TOPIC_ARN: context.topic.topic.topicArn,
      },
    });
    context.topic.grantNotify(lambda.role);
    this.allowSearch(context, lambda.role);
    return lambda;
  }

  /** Lets a function find the release that a rollback is about. */
  private allowSearch(context: ReleaseContext, role: IRole): void {
    const release = machineArn(this, context.names.release);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['states:ListExecutions'], resources: [release] }));
  }

  private allowHistory(context: ReleaseContext, lambda: StepLambda): void {
    const executions = executionArns(this, context.names.release);
    const read = ['states:GetExecutionHistory'];
    lambda.role.addToPrincipalPolicy(new PolicyStatement({ actions: read, resources: [executions] }));
    acknowledgeWildcard(lambda, executions, 'Which release has to be undone is known only when one has failed.');
  }

  private sender(
    context: ReleaseContext,
    id: string,
    handler: Extract<HandlerName, 'undo' | 'prove-baseline'>,
    description: string,
    scripts: readonly string[],
  ): StepLambda {
    const environment = senderEnvironment(context, scripts);
    const lambda = new SendingLambda(this, id, { context, handler, description, scripts, environment });
    context.documents.grantRead(lambda.role, scripts);
    return lambda;
  }
}
