import { Duration } from 'aws-cdk-lib/core';
import {
  Errors,
  type IChainable,
  IntegrationPattern,
  JsonPath,
  TaskInput,
  Timeout,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { StepLambda } from './step-lambda.ts';

/**
 * Lambda's throttle refuses a call before the function is invoked: the only error after which a step may be retried.
 */
const THROTTLED = 'Lambda.TooManyRequestsException';
/** Retries, after 1, 2 and 4 s: together shorter than the start-by allowance, which a retry does not extend. */
const THROTTLE_ATTEMPTS = 3;

/** Seconds by which the throttle retries can prolong one task. */
export const THROTTLE_SECONDS = 7;

/** The event of every handler. It uses only paths that always exist, so that building it can never fail. */
const event = {
  input: JsonPath.entirePayload,
  execution: JsonPath.objectAt('$$.Execution'),
  state: JsonPath.objectAt('$$.State'),
};

function retryThrottle<State extends TaskStateBase>(state: State): State {
  const errors = [THROTTLED];
  state.addRetry({ errors, interval: Duration.seconds(1), backoffRate: 2, maxAttempts: THROTTLE_ATTEMPTS });
  return state;
}

/**
 * A state that hands the whole state to a function and goes on with what the function returns. CDK's own retries are
 * off: they include errors after which nobody knows whether the function ran.
 */
export function stepTask(
  scope: Construct,
  stateName: string,
  lambda: StepLambda,
  comment: string,
  resultPath?: string,
): LambdaInvoke {
  return retryThrottle(
    new LambdaInvoke(scope, stateName, {
      stateName,
      comment,
      lambdaFunction: lambda.version,
      payloadResponseOnly: true,
      payload: TaskInput.fromObject(event),
      retryOnServiceExceptions: false,
      ...(resultPath === undefined ? {} : { resultPath }),
      taskTimeout: Timeout.duration(Duration.seconds(lambda.taskSeconds)),
    }),
  );
}

/**
 * A state on whose function nothing depends. What it returns and how it fails are dropped, so that what follows gets the
 * state as it was.
 */
export function sideTask(
  scope: Construct,
  stateName: string,
  lambda: StepLambda,
  comment: string,
  next: IChainable,
): LambdaInvoke {
  const task = stepTask(scope, stateName, lambda, comment, JsonPath.DISCARD);
  task.addCatch(next, { errors: [Errors.ALL], resultPath: JsonPath.DISCARD }).next(next);
  return task;
}

/** A state that tells people through a function and then waits, holding nothing, for the task token to come back. */
export function approvalTask(
  scope: Construct,
  stateName: string,
  lambda: StepLambda,
  options: { readonly comment: string; readonly seconds: number; readonly resultPath: string },
): LambdaInvoke {
  return retryThrottle(
    new LambdaInvoke(scope, stateName, {
      stateName,
      comment: options.comment,
      lambdaFunction: lambda.version,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: TaskInput.fromObject({ ...event, token: JsonPath.taskToken }),
      resultPath: options.resultPath,
      retryOnServiceExceptions: false,
      taskTimeout: Timeout.duration(Duration.seconds(options.seconds)),
    }),
  );
}
