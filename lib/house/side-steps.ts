import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Announcer } from './announcer.ts';
import type { ReleaseContext } from './release-context.ts';
import { ReportSigner } from './report-signer.ts';
import type { StepLambda } from './step-lambda.ts';

/** What both machines do beside their work: they sign reports and announce. Nothing depends on it. */
export class SideSteps extends Construct {
  readonly signer: ReportSigner;
  readonly announcer: Announcer;

  constructor(scope: Construct, id: string, context: ReleaseContext) {
    super(scope, id);
    this.signer = new ReportSigner(this, 'Signer', context);
    this.announcer = new Announcer(this, 'Announcer', context);
  }

  /** Both functions, for the machines that invoke them. */
  get lambdas(): StepLambda[] {
    return [this.signer.lambda, this.announcer.lambda];
  }

  /** The states between *Write report* and the last question; without a report, the signature is left out. */
  beforeLast(scope: Construct, question: IChainable): { readonly reported: IChainable; readonly failed: IChainable } {
    const failed = this.announcer.ending(scope, question);
    return { reported: this.signer.state(scope, failed), failed };
  }
}
