import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib/core';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type IVersion,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Version,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { join } from 'node:path';
import type { HandlerName, RawEnvironment } from '../core/environment.ts';
import { PackageInvalid } from '../core/errors.ts';
import { MAX_LAMBDA_SECONDS, taskSeconds } from '../core/timeouts.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { ReleaseContext } from './release-context.ts';

/** Lambda refuses a larger environment: keys and values together, in bytes. */
const MAX_ENVIRONMENT_BYTES = 4096;
/** A value that is known only at deployment (an ARN, a bucket name) is counted as this many bytes. */
const UNRESOLVED_BYTES = 256;
const UNSCOPED =
  'IAM knows no resource for reading commands and nodes (nor for cancelling); whom a script is sent to is restricted by ARN.';
const PROJECT = join(__dirname, '..');

/**
 * Where the SDK would look for credentials after the environment. Lambda always gives them in the environment, so these
 * modules, which the SDK loads only when asked, stay outside: a tenth of each bundle, and no second way to be somebody.
 */
const otherCredentials = ['http', 'ini', 'login', 'process', 'sso', 'web-identity'];

/** Options of every handler's bundle; the measurements bundle with the same. */
export const bundling: BundlingOptions = {
  minify: true,
  target: 'node24',
  // The tested SDK travels along: its retry defaults decide whether a script could be sent twice.
  bundleAwsSDK: true,
  // The SDK's ES modules shake off a third of what its CommonJS half weighs.
  mainFields: ['module', 'main'],
  externalModules: [
    ...otherCredentials.map((name) => `@aws-sdk/credential-provider-${name}`),
    '@aws-sdk/nested-clients',
    '@smithy/credential-provider-imds',
  ],
};

/** @see StepLambda */
export interface StepLambdaProps<Name extends HandlerName> {
  readonly context: ReleaseContext;
  /** File below lambdas/, without its ending. */
  readonly handler: Name;
  /** What the log group ends in; the handler's name unless several functions share the handler. */
  readonly name?: string;
  readonly description: string;
  readonly environment: RawEnvironment<Name>;
  /** How long the function may run, at most 900. */
  readonly seconds: number;
}

/** Environment variables that every handler has. */
export function commonEnvironment({ evidence, release }: ReleaseContext) {
  return { EVIDENCE_BUCKET: evidence.bucket.bucketName, PACKAGE_DIGEST: release.digest };
}

function environmentBytes(environment: Readonly<Record<string, string>>): number {
  return Object.entries(environment).reduce((sum, [key, value]) => {
    return sum + Buffer.byteLength(key) + (Token.isUnresolved(value) ? UNRESOLVED_BYTES : Buffer.byteLength(value));
  }, 0);
}

/**
 * The house Lambda function: one handler file, its own role, its own log group, and a published version that outlives
 * the next deployment, because an execution that waits for approval still points to it.
 * @throws PackageInvalid when the plan asks for more than Lambda allows (900 s, 4 KB of environment).
 */
export class StepLambda<Name extends HandlerName = HandlerName> extends Construct {
  readonly handler: Name;
  readonly role: Role;
  readonly version: IVersion;
  readonly fn: NodejsFunction;
  /** Seconds that Step Functions waits for it. */
  readonly taskSeconds: number;

  constructor(scope: Construct, id: string, props: StepLambdaProps<Name>) {
    super(scope, id);
    const { context, handler, name = handler, description, environment, seconds } = props;
    const bytes = environmentBytes(environment);
    if (bytes > MAX_ENVIRONMENT_BYTES) {
      throw new PackageInvalid(`"${name}": its environment has ${bytes} bytes, Lambda allows ${MAX_ENVIRONMENT_BYTES}`);
    }
    if (seconds > MAX_LAMBDA_SECONDS) {
      throw new PackageInvalid(
        `"${name}" needs ${seconds} s for its scripts, Lambda allows ${MAX_LAMBDA_SECONDS}: lower "seconds" in sql/release.json`,
      );
    }
    this.handler = handler;
    this.taskSeconds = taskSeconds(seconds);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/one-roof/${name}`,
      retention: context.settings.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // An own role without AWS's managed policy, which would allow writing into any log group.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description });
    logGroup.grantWrite(this.role);
    this.fn = new NodejsFunction(this, 'Function', {
      entry: join(PROJECT, 'lambdas', `${handler}.ts`),
      depsLockFilePath: join(PROJECT, 'package-lock.json'),
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // Waiting for a command needs no more; half a vCPU starts the bundle well within a second.
      memorySize: 512,
      timeout: Duration.seconds(seconds),
      environment,
      role: this.role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN, description: context.release.digest },
      bundling,
    });
    // By its ARN: under exactOptionalPropertyTypes CDK's class is not assignable to its own interface.
    this.version = Version.fromVersionArn(this, 'Version', this.fn.currentVersion.functionArn);
    context.evidence.grantAppend(this.role);
    const perRun = 'Evidence keys begin with the run id, which no deployment knows; the grant is for runs/ only.';
    acknowledgeWildcard(this, context.evidence.runArns, perRun);
  }

  /** Lets the function use actions for which IAM knows no resource (Systems Manager's reads and CancelCommand). */
  grantUnscoped(actions: readonly string[]): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: ['*'] }));
    acknowledgeWildcard(this, '*', UNSCOPED);
  }

  /** Forbids what no function of a release ever needs, whatever its role is given later. */
  denyForever(actions: readonly string[]): void {
    this.role.addToPrincipalPolicy(
      new PolicyStatement({ effect: Effect.DENY, actions: [...actions], resources: ['*'] }),
    );
  }
}
