import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { tierScriptId } from '../../core/package/plan.ts';
import { tierStateName } from '../../core/base/names.ts';
import type { Tier } from '../../core/package/plan-schema.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import { SendingLambda, senderEnvironment } from '../house/sending-lambda.ts';
import type { StepLambda } from '../house/step-lambda.ts';
import { stepTask } from '../house/step-task.ts';

/** @see TierStep */
interface TierStepProps {
  readonly context: ReleaseContext;
  readonly tier: Tier;
}

/** One tier of the plan: a function whose role may send that tier's document (and its read-only forerunners) only. */
export class TierStep extends Construct {
  readonly lambda: StepLambda;
  /** The state of the tier, not yet wired. */
  readonly state: LambdaInvoke;

  constructor(scope: Construct, id: string, { context, tier }: TierStepProps) {
    super(scope, id);
    const scripts = [...tier.beside, tierScriptId(tier)];
    this.lambda = new SendingLambda(this, 'Run', {
      context,
      handler: 'run-tier',
      name: tierScriptId(tier),
      description: `${tierStateName(tier)}: ${tier.title}`,
      scripts,
      environment: {
        ...senderEnvironment(context, scripts),
        TIER_ID: tier.id,
        TIER_NAME: tier.name,
        TIER_TITLE: tier.title,
        TIER_MUTATES: tier.mutates ? 'true' : 'false',
        TIER_SEALS: tier.seals ? 'true' : 'false',
      },
    });
    this.state = stepTask(this, tierStateName(tier), this.lambda, tier.title);
  }
}
