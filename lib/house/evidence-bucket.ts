import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectLockMode,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Settings } from './settings.ts';

/** Every evidence key begins with this: `runs/<run id>/…`. */
const RUNS = 'runs/';

const guarded: BucketProps = {
  encryption: BucketEncryption.S3_MANAGED,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** Under exactOptionalPropertyTypes CDK's class is not assignable to its own interface; it is one all the same. */
function isBucket(bucket: unknown): bucket is IBucket {
  return bucket instanceof Bucket;
}

/**
 * Write-once store of evidence entries and reports. Object Lock keeps each version; the grant demands
 * `If-None-Match`, so that our own functions cannot even add a second version of an entry. No KMS key: one more key is
 * one more way in which a rollback could fail.
 */
export class EvidenceBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const days = Duration.days(settings.evidenceRetentionDays);
    // S3 refuses an Object Lock bucket as target of access logs, hence the second bucket.
    const accessLogs: unknown = new Bucket(this, 'AccessLogs', {
      ...guarded,
      lifecycleRules: [{ expiration: days, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    if (!isBucket(accessLogs)) throw new TypeError('a Bucket is an IBucket');
    acknowledge(accessLogs, 'AwsSolutions-S1', 'Holds the access logs itself; logging it into itself would never end.');
    this.bucket = new Bucket(this, 'Evidence', {
      ...guarded,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention:
        ObjectLockMode[settings.evidenceLockMode] === ObjectLockMode.COMPLIANCE
          ? ObjectLockRetention.compliance(days)
          : ObjectLockRetention.governance(days),
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'evidence/',
    });
  }

  /** ARN pattern of everything written for runs. */
  get runArns(): string {
    return this.bucket.arnForObjects(`${RUNS}*`);
  }

  /** Lets a function read the chain and add to it; never overwrite, never delete. */
  grantAppend(role: IRole): void {
    for (const statement of this.readStatements()) role.addToPrincipalPolicy(statement);
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject'],
        resources: [this.runArns],
        conditions: { Null: { 's3:if-none-match': 'false' } },
      }),
    );
  }

  /** What an auditor needs besides: a second version of an entry, and until when each version is kept. */
  auditStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['s3:GetObjectRetention', 's3:GetObjectVersion'], resources: [this.runArns] }),
      this.listStatement('s3:ListBucketVersions'),
    ];
  }

  /** What a principal needs to list and read what was written for runs. */
  readStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.runArns] }),
      this.listStatement('s3:ListBucket'),
    ];
  }

  private listStatement(action: string): PolicyStatement {
    return new PolicyStatement({
      actions: [action],
      resources: [this.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${RUNS}*` } },
    });
  }
}
