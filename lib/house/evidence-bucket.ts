import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { AnyPrincipal, Effect, PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
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
import {
  ARCHIVE,
  DECISIONS,
  ENTRY,
  type EvidenceUse,
  evidenceKeys,
  RUN,
  RUNS,
  SIGNATURE,
  WATCHED,
} from './evidence-keys.ts';
import { listStatement, writeStatement } from './evidence-statements.ts';
import type { Settings } from './settings.ts';

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
 * Write-once store of evidence entries and reports. Object Lock keeps each version; the grant demands `If-None-Match`,
 * so that our own functions cannot even add a second version of an entry. There is no KMS key, because a key that
 * cannot be used would be one more reason for a rollback to fail.
 */
export class EvidenceBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const days = Duration.days(settings.evidenceRetentionDays);
    // S3 does not deliver access logs into a bucket with Object Lock, hence the second bucket.
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

  /** Lets a function find and read the reports of any run. @returns the pattern that was granted. */
  grantReadReports(role: IRole): string {
    const html = this.bucket.arnForObjects(`${RUN}report/*.html`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [html] }));
    role.addToPrincipalPolicy(listStatement('s3:ListBucket', [`${RUN}report/`], [this.bucket.bucketArn]));
    return html;
  }

  /** ARN pattern of the decisions of the approver's page. */
  get decisionArns(): string {
    return this.bucket.arnForObjects(`${DECISIONS}*`);
  }

  /** Lets a function read decisions, and learn that one is not there. @returns the pattern that was granted. */
  grantReadDecisions(role: IRole): string {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.decisionArns] }));
    role.addToPrincipalPolicy(listStatement('s3:ListBucket', [`${DECISIONS}*`], [this.bucket.bucketArn]));
    return this.decisionArns;
  }

  /**
   * Keeps decisions to one writer, whatever any other principal of the account is allowed: nobody at all where there is
   * no approver's page. @returns the pattern that the writer was granted.
   */
  reserveDecisions(writer: IRole | undefined): string {
    const refused = new PolicyStatement({
      sid: 'DecisionsOfThePageOnly',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObject'],
      resources: [this.decisionArns],
      ...(writer === undefined ? {} : { conditions: { ArnNotEquals: { 'aws:PrincipalArn': writer.roleArn } } }),
    });
    this.bucket.addToResourcePolicy(refused);
    writer?.addToPrincipalPolicy(writeStatement([this.decisionArns]));
    return this.decisionArns;
  }

  /**
   * Lets a function read the chain of a run and store signatures beside its reports; it can never overwrite or delete.
   * @returns the patterns that were granted.
   */
  grantSign(role: IRole): string[] {
    const [entry, signature] = [this.bucket.arnForObjects(RUN + ENTRY), this.bucket.arnForObjects(SIGNATURE)];
    const statements = [
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [entry, signature] }),
      listStatement('s3:ListBucket', [RUN], [this.bucket.bucketArn]),
      writeStatement([signature]),
    ];
    for (const statement of statements) role.addToPrincipalPolicy(statement);
    return [entry, signature];
  }

  /** ARN pattern of everything written for runs. */
  get runArns(): string {
    return this.bucket.arnForObjects(`${RUNS}*`);
  }

  /**
   * Lets a function read the chain of a run and add to it, plus what its `EvidenceUse` names; it can never overwrite or
   * delete.
   * @returns the patterns that were granted.
   */
  grantAppend(role: IRole, use: EvidenceUse): string[] {
    const { read, written, listed, refused } = evidenceKeys(use);
    const arns = (keys: readonly string[]) => keys.map((key) => this.bucket.arnForObjects(key));
    const statements = [
      new PolicyStatement({ actions: ['s3:GetObject'], resources: arns(read) }),
      listStatement('s3:ListBucket', listed, [this.bucket.bucketArn]),
      writeStatement(arns(written)),
      new PolicyStatement({ effect: Effect.DENY, actions: ['s3:PutObject'], resources: arns(refused) }),
    ];
    for (const statement of statements) role.addToPrincipalPolicy(statement);
    return arns(read);
  }

  /**
   * Lets the watch over what was released read entry and package of any run, also of packages that build on this one and have
   * a bucket of their own, and add to its own list. @returns the patterns that were granted.
   */
  grantWatch(role: IRole, laterBuckets: readonly string[]): string[] {
    const later = laterBuckets.map((name) =>
      Stack.of(this).formatArn({ service: 's3', region: '', account: '', resource: name }),
    );
    const runs = [this.bucket.bucketArn, ...later].flatMap((arn) => [`${arn}/${RUN}${ENTRY}`, `${arn}/${ARCHIVE}`]);
    const own = this.bucket.arnForObjects(WATCHED + ENTRY);
    const statements = [
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [...runs, own] }),
      listStatement('s3:ListBucket', [RUN, WATCHED], [this.bucket.bucketArn, ...later]),
      writeStatement([own]),
    ];
    for (const statement of statements) role.addToPrincipalPolicy(statement);
    return [...runs, own];
  }

  /** Further actions of an auditor: reading every version of an entry, and until when each version is kept. */
  auditStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['s3:GetObjectRetention', 's3:GetObjectVersion'], resources: [this.runArns] }),
      listStatement('s3:ListBucketVersions', [`${RUNS}*`], [this.bucket.bucketArn]),
    ];
  }

  /** What a principal needs to list and read what was written for runs. */
  readStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.runArns] }),
      listStatement('s3:ListBucket', [`${RUNS}*`], [this.bucket.bucketArn]),
    ];
  }
}
