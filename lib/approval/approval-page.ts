import { CfnOutput } from 'aws-cdk-lib/core';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { pageFacts } from '../../core/approval/page/facts.ts';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { LoggedLambda } from '../house/logged-lambda.ts';
import { executionArns, machineArn } from '../house/machine-arns.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import { PageApi } from './page-api.ts';
import { APPROVERS, SignIn } from './sign-in.ts';

/** Seconds that the function has: a long history takes some pages. */
const PAGE_SECONDS = 25;
const RUNTIME = 'Which release and which request, is known at run time only.';

/**
 * The approver's page: sign-in, HTTP API and the one function that writes decisions and answers an approval. It exists
 * only where the settings name an approver.
 */
export class ApprovalPage extends Construct {
  readonly lambda: LoggedLambda<'approval-page'>;
  /** Address of the page for a run, with `RUN` for its id. */
  readonly link: string;

  constructor(scope: Construct, id: string, context: Omit<ReleaseContext, 'pageLink'>, approverEmail: string) {
    super(scope, id);
    const { release, documents, evidence, topic, names } = context;
    const page = new PageApi(this, 'Page', context);
    const { origin } = page;
    const signIn = new SignIn(this, 'SignIn', { name: release.plan.name, approverEmail, origin });
    const clientId = signIn.client.userPoolClientId;
    this.lambda = new LoggedLambda(this, 'Function', {
      context,
      handler: 'approval-page',
      description: 'Shows the approver what waits, and takes the decision',
      seconds: PAGE_SECONDS,
      files: { page: { 'facts.json': JSON.stringify(pageFacts(release.plan, documents.digests, release.reviews)) } },
      environment: {
        EVIDENCE_BUCKET: evidence.bucket.bucketName,
        PACKAGE_DIGEST: release.digest,
        TOPIC_ARN: topic.topic.topicArn,
        STATE_MACHINE_ARN: machineArn(this, names.release),
        TITLE: release.plan.title,
        PAGE_ORIGIN: origin,
        ISSUER: signIn.issuer,
        LOGIN_URL: signIn.domain.baseUrl(),
        CLIENT_ID: clientId,
        USER_POOL_ID: signIn.pool.userPoolId,
        APPROVER_GROUP: APPROVERS,
        SIGN_IN: 'password',
      },
    });
    page.serve(this.lambda.fn, signIn.issuer, clientId);
    this.grant(context, signIn);
    this.link = `${origin}/?run=RUN`;
    new CfnOutput(this, 'Address', { description: 'The page of the approver', value: origin });
  }

  /** What the function may: read runs and their SQL, ask about the person, write a decision, and answer. */
  private grant(
    { documents, evidence, topic, names, release }: Omit<ReleaseContext, 'pageLink'>,
    signIn: SignIn,
  ): void {
    const { role } = this.lambda;
    const machine = machineArn(this, names.release);
    const executions = executionArns(this, names.release);
    const allow = (actions: string[], resources: string[]) =>
      role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    allow(['states:ListExecutions', 'states:SendTaskSuccess'], [machine]);
    allow(['states:GetExecutionHistory'], [executions]);
    allow(['cognito-idp:AdminGetUser', 'cognito-idp:AdminListGroupsForUser'], [signIn.pool.userPoolArn]);
    documents.grantRead(role, [...release.plan.tiers.map(({ id }) => `tier-${id}`), 'undo']);
    topic.grantNotify(role);
    const shown = evidence.grantAppend(role, { archive: 'reads', releases: 'reads' });
    const keys = [...shown, evidence.grantReadReports(role), evidence.reserveDecisions(role)];
    for (const resource of [executions, ...keys]) acknowledgeWildcard(this.lambda, resource, RUNTIME);
  }
}
