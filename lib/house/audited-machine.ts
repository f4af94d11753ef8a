import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';
import { machineLogGroup } from './log-groups.ts';
import type { Settings } from './settings.ts';
import type { StepLambda } from './step-lambda.ts';

/** @see AuditedMachine */
interface AuditedMachineProps {
  readonly name: string;
  readonly comment: string;
  readonly start: IChainable;
  /** The longest that an execution may take, in seconds; above the sum of its tasks. */
  readonly seconds: number;
  readonly lambdas: readonly StepLambda[];
  readonly settings: Settings;
}

/**
 * The house state machine: retained (deleting one deletes its history), traced, and logged without execution data,
 * because the data of the approval state holds the task token.
 */
export class AuditedMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: AuditedMachineProps) {
    super(scope, id);
    const { name, comment, start, seconds, lambdas, settings } = props;
    const destination = new LogGroup(this, 'Logs', {
      logGroupName: machineLogGroup(name),
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: name,
      comment,
      definitionBody: DefinitionBody.fromChainable(start),
      timeout: Duration.seconds(seconds),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      tracingEnabled: true,
      logs: { destination, level: LogLevel.ALL, includeExecutionData: false },
    });
    acknowledgeWildcard(this, '*', 'X-Ray and the delivery of logs know no resource; both only write.');
    // CDK grants the newest version only; an execution that waited through a deployment still calls its older one.
    const versions = lambdas.map(({ fn }) => `${fn.functionArn}:*`);
    this.machine.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: versions }));
    for (const arn of versions) acknowledgeWildcard(this, arn, 'A waiting execution calls the version it began with.');
  }
}
