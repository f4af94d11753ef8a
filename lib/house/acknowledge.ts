import { Stack, Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import * as z from 'zod';

const reference = z.strictObject({ Ref: z.string() });
const attribute = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const joined = z.strictObject({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) });

/** A resolved value as cdk-nag writes it in the detail of a finding: `<LogicalId.Arn>:*`. */
function asNagWritesIt(value: unknown): string {
  if (typeof value === 'string') return value;
  const ref = reference.safeParse(value);
  if (ref.success) return `<${ref.data.Ref}>`;
  const getAtt = attribute.safeParse(value);
  if (getAtt.success) return `<${getAtt.data['Fn::GetAtt'].join('.')}>`;
  const join = joined.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map(asNagWritesIt).join('');
  return JSON.stringify(value);
}

/**
 * Accepts one cdk-nag finding on one construct and what it owns, with the reason that an auditor reads. The id is
 * exact, detail included, so that a new finding of the same rule is still reported.
 */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** Accepts one resource with a wildcard in the policies of one construct (cdk-nag IAM5). */
export function acknowledgeWildcard(construct: IConstruct, resource: string, reason: string): void {
  const detail = asNagWritesIt(Stack.of(construct).resolve(resource));
  acknowledge(construct, `AwsSolutions-IAM5[Resource::${detail}]`, reason);
}
