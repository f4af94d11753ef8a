import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * Names of the state machines. Explicit, because operators look for them, and because a function that reads the
 * history of a machine which invokes it can name that machine only by name (a reference would be a cycle).
 */
export const machineNames = {
  release: 'OneRoof-Release',
  rollback: 'OneRoof-Rollback',
  rehearsal: 'OneRoof-Rehearsal',
} as const;

/** @see machineNames */
export type MachineName = (typeof machineNames)[keyof typeof machineNames];

/** ARN of one of our machines, by name. */
export function machineArn(scope: Construct, name: MachineName): string {
  const parts = { service: 'states', resource: 'stateMachine', resourceName: name };
  return Stack.of(scope).formatArn({ ...parts, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

/** ARN pattern of every execution of one of our machines. */
export function executionArns(scope: Construct, name: MachineName): string {
  const parts = { service: 'states', resource: 'execution', resourceName: `${name}:*` };
  return Stack.of(scope).formatArn({ ...parts, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}
