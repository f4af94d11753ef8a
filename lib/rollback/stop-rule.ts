import { Duration, Stack } from 'aws-cdk-lib/core';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from '../house/acknowledge.ts';

/** @see StopRule */
interface StopRuleProps {
  /** Name of the release's machine, from which the rule's own name derives. */
  readonly name: string;
  readonly release: StateMachine;
  readonly rollback: StateMachine;
}

/**
 * The EventBridge rule that starts ROLLBACK for ends that no Catch sees: a stopped execution, the machine's time-out,
 * States.Runtime. It fires for every failed release, also one that has rolled itself back; ROLLBACK then does nothing.
 */
export class StopRule extends Construct {
  /** Holds an event whose rollback could not be started; anything in it needs a human. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { name, release, rollback }: StopRuleProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(
      this.deadLetters,
      'AwsSolutions-SQS3',
      'It is the dead-letter queue: of the rule, not of another queue.',
    );
    const ruleName = `${name}-Stopped`;
    const target = new SfnStateMachine(rollback, {
      role: this.role(ruleName),
      // startDate is a number, milliseconds since 1970: EventBridge cannot turn it into text.
      input: RuleTargetInput.fromObject({
        release: {
          Id: EventField.fromPath('$.detail.executionArn'),
          Name: EventField.fromPath('$.detail.name'),
          StartTime: EventField.fromPath('$.detail.startDate'),
        },
      }),
      deadLetterQueue: this.deadLetters,
      retryAttempts: 10,
      maxEventAge: Duration.hours(1),
    });
    new Rule(this, 'Rule', {
      ruleName,
      description: 'Starts ROLLBACK when a release was stopped, timed out or failed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['ABORTED', 'FAILED', 'TIMED_OUT'], stateMachineArn: [release.stateMachineArn] },
      },
      targets: [target],
    });
  }

  /**
   * The role with which the rule starts ROLLBACK: for this one rule, because EventBridge serves every account with the
   * same principal. The rule has a name, as its role cannot refer to a rule that refers to the role.
   */
  private role(ruleName: string): Role {
    const stack = Stack.of(this);
    const rule = stack.formatArn({ service: 'events', resource: 'rule', resourceName: ruleName });
    const conditions = {
      StringEquals: { 'aws:SourceAccount': stack.account },
      ArnEquals: { 'aws:SourceArn': rule },
    };
    return new Role(this, 'Role', { assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions }) });
  }
}
