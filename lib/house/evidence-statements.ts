import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Allows to write what is not there yet, and to overwrite nothing. */
export function writeStatement(resources: string[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:PutObject'],
    resources,
    conditions: { Null: { 's3:if-none-match': 'false' } },
  });
}

/** Allows to list what begins with one of these prefixes, in these buckets. */
export function listStatement(action: string, prefixes: readonly string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({
    actions: [action],
    resources,
    conditions: { StringLike: { 's3:prefix': prefixes.length === 1 ? prefixes[0] : prefixes } },
  });
}
