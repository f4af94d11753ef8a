import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** ARN of one of our machines, by name. */
export function machineArn(scope: Construct, name: string): string {
  const parts = { service: 'states', resource: 'stateMachine', resourceName: name };
  return Stack.of(scope).formatArn({ ...parts, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

/** ARN pattern of every execution of one of our machines. */
export function executionArns(scope: Construct, name: string): string {
  const parts = { service: 'states', resource: 'execution', resourceName: `${name}:*` };
  return Stack.of(scope).formatArn({ ...parts, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}
