import { namePrefix } from '../../core/base/names.ts';
import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { logPrefix, machineLogGroup } from '../house/log-groups.ts';
import type { EvidenceBucket } from '../house/evidence-bucket.ts';
import { executionArns, machineArn } from '../house/machine-arns.ts';
import type { ReleaseContext } from '../house/release-context.ts';

const start = ['states:StartExecution', 'states:StopExecution'];
const decide = ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess'];
/** Actions for reading the dashboard and the alarms. */
const dashboards = [
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetDashboard',
  'cloudwatch:GetMetricData',
  'cloudwatch:ListDashboards',
  'logs:DescribeLogGroups',
  'logs:GetQueryResults',
];
/** Actions denied to every person, because each of them bypasses the gate, the approval or the evidence. */
const never = [
  // Whoever may reset the approver's password, or lead the page elsewhere, is the approver.
  'apigateway:DELETE',
  'apigateway:PATCH',
  'apigateway:POST',
  'apigateway:PUT',
  'cognito-idp:*',
  'events:PutEvents',
  'kms:CreateGrant',
  'kms:DisableKey',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'kms:Sign',
  'lambda:InvokeFunction',
  'lambda:UpdateFunctionCode',
  'lambda:UpdateFunctionConfiguration',
  's3:BypassGovernanceRetention',
  's3:DeleteBucketPolicy',
  's3:DeleteObject',
  's3:PutBucketPolicy',
  's3:PutObject',
  'ssm:CreateAssociation',
  'ssm:CreateAssociationBatch',
  'ssm:CreateDocument',
  'ssm:DeleteDocument',
  'ssm:ModifyDocumentPermission',
  'ssm:SendCommand',
  'ssm:StartAutomationExecution',
  'ssm:StartSession',
  'ssm:UpdateAssociation',
  'ssm:UpdateDocument',
  'ssm:UpdateDocumentDefaultVersion',
  'states:DeleteStateMachine',
  'states:RedriveExecution',
  'states:UpdateStateMachine',
];

/**
 * One managed policy per role of a person: operator, approver, auditor. Operator and approver each deny the other's
 * actions, so somebody with both policies can do neither: who starts a release cannot approve it. RedriveExecution is
 * denied to all, because it would repeat a step that may have run already.
 */
export class People extends Construct {
  readonly operator: ManagedPolicy;
  readonly approver: ManagedPolicy;
  readonly auditor: ManagedPolicy;
  private readonly context: ReleaseContext;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    this.context = context;
    const { evidence, names, signing } = context;
    const release = machineArn(this, names.release);
    const rehearsal = machineArn(this, names.rehearsal);
    const machines = [release, machineArn(this, names.rollback), rehearsal];
    const executions = Object.values(names).map((name) => executionArns(this, name));
    const reading = [...this.reading(evidence, machines, executions), signing.readStatement()];

    this.operator = this.policy('Operator', 'Starts, watches, stops and rolls back a release; never approves', [
      ...reading,
      allow(['states:StartExecution'], machines),
      allow(['states:StopExecution'], [executionArns(this, names.release), executionArns(this, names.rehearsal)]),
      deny([...decide, ...never]),
    ]);
    this.approver = this.policy('Approver', 'Approves or rejects a release; never starts or stops one', [
      ...reading,
      allow(['states:SendTaskFailure', 'states:SendTaskSuccess'], [release]),
      deny([...start, ...never]),
    ]);
    this.auditor = this.policy('Auditor', 'Reads what happened and who decided; changes nothing', [
      ...reading,
      allow(['cloudtrail:LookupEvents'], ['*']),
      ...evidence.auditStatements(),
      deny([...start, ...decide, ...never]),
    ]);
    for (const resource of [...executions, evidence.runArns, ...this.logArns()]) {
      acknowledgeWildcard(this, resource, 'Executions, their evidence and their log streams are named at run time.');
    }
    acknowledgeWildcard(
      this,
      '*',
      'Lists, dashboards, alarms, metrics and CloudTrail events know no resource; all of it is reading.',
    );
  }

  private policy(id: string, description: string, statements: PolicyStatement[]): ManagedPolicy {
    // Policies are global in an account and machines are not, so the Region is part of the policy's name.
    const managedPolicyName = `${this.context.names.release}${id}-${Stack.of(this).region}`;
    return new ManagedPolicy(this, id, { managedPolicyName, description, statements });
  }

  private reading(evidence: EvidenceBucket, machines: string[], executions: string[]): PolicyStatement[] {
    return [
      allow(['states:ListStateMachines'], ['*']),
      allow(['states:DescribeStateMachine', 'states:ListExecutions'], machines),
      allow(['states:DescribeExecution', 'states:GetExecutionHistory'], executions),
      allow(['logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:StartQuery'], this.logArns()),
      allow(dashboards, ['*']),
      ...evidence.readStatements(),
    ];
  }

  private logArns(): string[] {
    const { release } = this.context;
    const groups = [`${logPrefix(release)}*`, machineLogGroup(`${namePrefix(release.plan.name)}-*`)];
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    return groups.map((resourceName) =>
      Stack.of(this).formatArn({ service: 'logs', resource: 'log-group', resourceName, arnFormat }),
    );
  }
}

function allow(actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [...resources] });
}

function deny(actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({ effect: Effect.DENY, actions: [...actions], resources: ['*'] });
}
