import { Rule, type Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Function as LambdaFunctionConstruct, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LoggedLambda } from './logged-lambda.ts';

/** Under exactOptionalPropertyTypes CDK's class is not assignable to its own interface; it is one all the same. */
function isFunction(value: unknown): value is IFunction {
  return value instanceof LambdaFunctionConstruct;
}

/** Has a function called on a schedule. There is no retry: the next call comes, and a late one would report the same. */
export function callOnSchedule(lambda: LoggedLambda, description: string, schedule: Schedule): void {
  const fn: unknown = lambda.fn;
  if (!isFunction(fn)) throw new TypeError('a NodejsFunction is an IFunction');
  new Rule(lambda, 'Schedule', { description, schedule, targets: [new LambdaFunction(fn, { retryAttempts: 0 })] });
}
