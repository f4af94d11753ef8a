import { Stack } from 'aws-cdk-lib/core';
import { type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Settings } from '../house/settings.ts';

/**
 * Where people learn that a release waits or has ended. Messages carry facts and the command to type; never a task
 * token, never a link that acts (mail scanners follow every link).
 */
export class ApprovalTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { title, settings }: { title: string; settings: Settings }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: `${title}: release`, enforceSSL: true });
    const { notificationAddress } = settings;
    if (notificationAddress !== undefined) this.topic.addSubscription(new EmailSubscription(notificationAddress));
  }

  /** Lets a function send messages. */
  grantNotify(role: IRole): void {
    this.topic.grantPublish(role);
  }

  /** Lets CloudWatch alarms of this account send messages: a topic with a policy of its own allows nobody else. */
  grantAlarms(): void {
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
