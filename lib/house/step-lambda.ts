import { type IVersion, Version } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { HandlerName } from '../../core/base/environment.ts';
import { taskSeconds } from '../../core/command/timeouts.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { EvidenceUse } from './evidence-keys.ts';
import { LoggedLambda, type LoggedLambdaProps } from './logged-lambda.ts';
import type { ReleaseContext } from './release-context.ts';

/** @see StepLambda */
export interface StepLambdaProps<Name extends HandlerName> extends LoggedLambdaProps<Name> {
  readonly context: ReleaseContext;
  /** What it may do with the evidence, besides adding entries to the chain of its run; in words: what adds none. */
  readonly evidence?: EvidenceUse | 'none' | 'signs';
}

/** Environment variables that every handler of a state has. */
export function commonEnvironment({ evidence, release }: ReleaseContext) {
  return { EVIDENCE_BUCKET: evidence.bucket.bucketName, PACKAGE_DIGEST: release.digest };
}

/** Environment variables of a function that asks the approvers. */
export function askingEnvironment({ topic, pageLink, release }: ReleaseContext) {
  return { TOPIC_ARN: topic.topic.topicArn, PAGE_LINK: pageLink, TITLE: release.plan.title };
}

/**
 * A function behind a state: it may add to the evidence, and has a published version that outlives the next
 * deployment, because an execution that waits for approval still points to it.
 * @throws PackageInvalid as LoggedLambda.
 */
export class StepLambda<Name extends HandlerName = HandlerName> extends LoggedLambda<Name> {
  readonly version: IVersion;
  /** Seconds that Step Functions waits for it. */
  readonly taskSeconds: number;

  constructor(scope: Construct, id: string, props: StepLambdaProps<Name>) {
    super(scope, id, props);
    const { evidence = {}, context } = props;
    this.taskSeconds = taskSeconds(props.seconds);
    // By its ARN: under exactOptionalPropertyTypes CDK's class is not assignable to its own interface.
    this.version = Version.fromVersionArn(this, 'Version', this.fn.currentVersion.functionArn);
    const perRun = 'Evidence keys begin with the run id, which no deployment knows; nothing else of a key is open.';
    for (const arn of this.allowed(context, evidence)) acknowledgeWildcard(this, arn, perRun);
  }

  private allowed({ evidence }: ReleaseContext, use: EvidenceUse | 'none' | 'signs'): string[] {
    if (use === 'none') return [];
    return use === 'signs' ? evidence.grantSign(this.role) : evidence.grantAppend(this.role, use);
  }
}
