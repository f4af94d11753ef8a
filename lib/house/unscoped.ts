import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { LoggedLambda } from './logged-lambda.ts';

const UNSCOPED =
  'IAM knows no resource for reading commands and nodes (nor for cancelling); whom a script is sent to is restricted by ARN.';

/** Lets a function use actions for which IAM knows no resource (Systems Manager's reads and CancelCommand). */
export function grantUnscoped(lambda: LoggedLambda, actions: readonly string[]): void {
  lambda.role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: ['*'] }));
  acknowledgeWildcard(lambda, '*', UNSCOPED);
}

/** Forbids what no function of a release ever needs, whatever its role is given later. */
export function denyForever({ role }: LoggedLambda, actions: readonly string[]): void {
  role.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.DENY, actions: [...actions], resources: ['*'] }));
}
