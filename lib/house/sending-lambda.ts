import type { Construct } from 'constructs';
import type { HandlerName } from '../../core/base/environment.ts';
import { functionSeconds } from '../../core/command/timeouts.ts';
import type { LoggedLambda } from './logged-lambda.ts';
import type { ReleaseContext } from './release-context.ts';
import { commonEnvironment, StepLambda, type StepLambdaProps } from './step-lambda.ts';
import { denyForever, grantUnscoped } from './unscoped.ts';

/** @see SendingLambda */
interface SendingLambdaProps<Name extends HandlerName> extends Omit<StepLambdaProps<Name>, 'seconds'> {
  /** The scripts it may send, by role or id, in the order it sends them. */
  readonly scripts: readonly string[];
  /** True when each call sends only one of them: the function then needs the time of the longest. */
  readonly oneACall?: boolean;
}

/** Environment variables of a function that sends these scripts. */
export function senderEnvironment(context: ReleaseContext, scripts: readonly string[]) {
  const { documents, settings } = context;
  return {
    ...commonEnvironment(context),
    NODE_ID: settings.nodeId,
    START_BY_SECONDS: String(settings.startBySeconds),
    SCRIPTS: JSON.stringify(documents.scriptSettings(scripts)),
  };
}

/** Actions denied to every function of a release: changing documents, other ways to the node, running a step again. */
const neverAllowed = [
  'ssm:CreateAssociation',
  'ssm:CreateAssociationBatch',
  'ssm:CreateDocument',
  'ssm:DeleteDocument',
  'ssm:ModifyDocumentPermission',
  'ssm:UpdateAssociation',
  'ssm:UpdateDocument',
  'ssm:UpdateDocumentDefaultVersion',
  'ssm:StartAutomationExecution',
  'ssm:StartSession',
  'states:RedriveExecution',
];

/** Lets a function send exactly these scripts, and read what became of them. */
export function grantSending(lambda: LoggedLambda, { documents }: ReleaseContext, scripts: readonly string[]): void {
  documents.grantSend(lambda.role, scripts);
  grantUnscoped(lambda, ['ssm:GetCommandInvocation']);
  denyForever(lambda, neverAllowed);
}

/** A step function that sends scripts: allowed to send exactly those, long enough for all of them in a row. */
export class SendingLambda<Name extends HandlerName = HandlerName> extends StepLambda<Name> {
  constructor(scope: Construct, id: string, props: SendingLambdaProps<Name>) {
    const { context, scripts, oneACall = false } = props;
    const budgets = context.documents.scriptSettings(scripts).map(({ seconds }) => seconds);
    const inOneCall = oneACall ? [Math.max(...budgets)] : budgets;
    super(scope, id, { ...props, seconds: functionSeconds(inOneCall, context.settings.startBySeconds) });
    grantSending(this, context, scripts);
  }
}
