import { Stack } from 'aws-cdk-lib/core';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IChainable, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { states } from '../../core/base/names.ts';
import { eventSource } from '../../core/base/release-event.ts';
import type { ReleaseContext } from './release-context.ts';
import { approvalSeconds } from './settings.ts';
import { commonEnvironment, StepLambda } from './step-lambda.ts';
import { sideTask } from './step-task.ts';

/** Seconds for one request to EventBridge, tried three times. */
const ANNOUNCE_SECONDS = 15;

/** The function that tells EventBridge of waits and endings, for both machines. It neither reads nor writes evidence. */
export class Announcer extends Construct {
  readonly lambda: StepLambda<'announce'>;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    const bus = Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
    this.lambda = new StepLambda(this, 'Announce', {
      context,
      handler: 'announce',
      evidence: 'none',
      description: 'Tells EventBridge that a release waits, or how a run ended',
      seconds: ANNOUNCE_SECONDS,
      environment: {
        ...commonEnvironment(context),
        APPROVAL_SECONDS: String(approvalSeconds(context.settings)),
        EVENT_BUS: bus,
        TITLE: context.release.plan.title,
      },
    });
    // A request may hold several events, so the key has several values; without any, ForAllValues would hold.
    const source = 'events:source';
    const conditions = { 'ForAllValues:StringEquals': { [source]: eventSource }, Null: { [source]: 'false' } };
    this.lambda.role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus], conditions }),
    );
  }

  /** The state before each request for an approval. */
  wait(scope: Construct, next: IChainable): TaskStateBase {
    return sideTask(scope, states.announceWait, this.lambda, 'Tells EventBridge that a release waits', next);
  }

  /** The state before the last question. */
  ending(scope: Construct, next: IChainable): TaskStateBase {
    return sideTask(scope, states.announceEnding, this.lambda, 'Tells EventBridge how it ended', next);
  }
}
