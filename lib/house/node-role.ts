import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';

/**
 * Every action that the agent needs for Run Command: it reports that it is alive, receives commands and answers them
 * over its control channel. No data channel, so that nobody can open a session; no documents, parameters, inventory or
 * S3.
 */
const agentActions = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:OpenControlChannel',
];

/**
 * The role of the hybrid activation. The agent hands its credentials to root on the server, so whoever is root there
 * may do what it allows: hence not AmazonSSMManagedInstanceCore, which also reads every parameter of the account.
 */
export class NodeRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { account } = Stack.of(this);
    // Only Systems Manager may assume the role, and only for this account and Region (the confused deputy problem).
    const assumedBy = new ServicePrincipal('ssm.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnEquals: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'ssm', resource: '*' }) },
      },
    });
    const description = 'What the SSM agent on the server may do: be alive, take commands, answer them';
    this.role = new Role(this, 'Role', { assumedBy, description });
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: agentActions, resources: ['*'] }));
    acknowledgeWildcard(
      this,
      '*',
      'IAM knows no resource for the channels, and the node has no id before it registers.',
    );
    new CfnOutput(this, 'Name', {
      value: this.role.roleName,
      description: 'Role for aws ssm create-activation --iam-role',
    }).overrideLogicalId('NodeRoleName');
  }
}
