import { Duration, Names, RemovalPolicy, Stack, Stage, Token } from 'aws-cdk-lib/core';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type BundlingOptions, type ICommandHooks } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HandlerName, RawEnvironment } from '../../core/base/environment.ts';
import { inPackage, PackageInvalid } from '../../core/base/errors.ts';
import { MAX_LAMBDA_SECONDS } from '../../core/command/timeouts.ts';
import { planFile } from '../../core/package/manifest.ts';
import { logPrefix } from './log-groups.ts';
import type { ReleaseContext } from './release-context.ts';

/** Lambda refuses a larger environment: keys and values together, in bytes. */
const MAX_ENVIRONMENT_BYTES = 4096;
/** A value that is known only at deployment (an ARN, a bucket name) is counted as this many bytes. */
const UNRESOLVED_BYTES = 256;
const PROJECT = join(__dirname, '../..');

/**
 * Modules with which the SDK would look for credentials after the environment. Lambda always provides them in the
 * environment, so the modules are left out: a bundle is a tenth smaller, and there are no fallback credentials.
 */
const otherCredentials = ['http', 'ini', 'login', 'process', 'sso', 'web-identity'];

/** Modules of the SDK that a bundle replaces by nothing. */
export const replaced = { '@smithy/core/event-streams': join(PROJECT, 'lib/house/no-event-streams.mjs') };

/** Options of every handler's bundle; the measurements bundle with the same. */
export const bundling: BundlingOptions = {
  minify: true,
  target: 'node24',
  // The SDK is bundled, not Lambda's own, because its retry defaults decide whether a script could be sent twice.
  bundleAwsSDK: true,
  // The SDK's ES modules let esbuild leave out a third of what the CommonJS build would bring.
  mainFields: ['module', 'main'],
  esbuildArgs: Object.fromEntries(Object.entries(replaced).map(([name, file]) => [`--alias:${name}`, file])),
  externalModules: [
    ...otherCredentials.map((name) => `@aws-sdk/credential-provider-${name}`),
    '@aws-sdk/nested-clients',
    '@smithy/credential-provider-imds',
  ],
};

/** @see LoggedLambda */
export interface LoggedLambdaProps<Name extends HandlerName> {
  readonly context: Pick<ReleaseContext, 'settings' | 'release'>;
  /** File below lambdas/, without its ending. */
  readonly handler: Name;
  /** What the log group ends in; the handler's name unless several functions share the handler. */
  readonly name?: string;
  readonly description: string;
  readonly environment: RawEnvironment<Name>;
  /** How long the function may run, at most 900. */
  readonly seconds: number;
  /** Folders of lambdas/ that are packed beside the function, each with further files by name and content. */
  readonly files?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Files that are packed beside the function, by name and content, of any size. */
  readonly data?: Readonly<Record<string, string>>;
}

function environmentBytes(environment: Readonly<Record<string, string>>): number {
  return Object.entries(environment).reduce((sum, [key, value]) => {
    return sum + Buffer.byteLength(key) + (Token.isUnresolved(value) ? UNRESOLVED_BYTES : Buffer.byteLength(value));
  }, 0);
}

/** @throws PackageInvalid when the plan asks for more than Lambda allows. */
function assertAllowed(name: string, environment: Readonly<Record<string, string>>, seconds: number): void {
  const bytes = environmentBytes(environment);
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    throw new PackageInvalid(`"${name}": its environment has ${bytes} bytes, Lambda allows ${MAX_ENVIRONMENT_BYTES}`);
  }
  if (seconds > MAX_LAMBDA_SECONDS) {
    throw new PackageInvalid(
      `"${name}" needs ${seconds} s for its scripts, Lambda allows ${MAX_LAMBDA_SECONDS}: lower "seconds" in ${inPackage(planFile)}`,
    );
  }
}

/**
 * Writes data into the folder of the synthesized app, from where the bundling copies it: a command line holds 128 kB. Nothing is
 * written where nothing is bundled. @returns name → path.
 */
function stage(scope: Construct, data: Readonly<Record<string, string>>): Record<string, string> {
  if (!Stack.of(scope).bundlingRequired) return {};
  const outdir = Stage.of(scope)?.outdir ?? '.';
  return Object.fromEntries(
    Object.entries(data).map(([name, content]) => {
      const path = join(outdir, `${Names.uniqueResourceName(scope, { maxLength: 60 })}-${name}`);
      writeFileSync(path, content);
      return [name, path];
    }),
  );
}

/** Commands that pack files beside the bundle; their content goes through the shell as base64, staged ones are copied. */
function packing(
  files: NonNullable<LoggedLambdaProps<HandlerName>['files']>,
  staged: Readonly<Record<string, string>>,
): ICommandHooks {
  const nothing = () => [];
  return {
    beforeBundling: nothing,
    beforeInstall: nothing,
    afterBundling: (inputDir, outputDir) => [
      ...Object.entries(staged).map(([name, path]) => `cp "${path}" "${outputDir}/${name}"`),
      ...Object.entries(files).flatMap(([folder, made]) => [
        `mkdir -p "${outputDir}/${folder}"`,
        `cp "${inputDir}/lambdas/${folder}/"*.html "${inputDir}/lambdas/${folder}/"*.css "${inputDir}/lambdas/${folder}/"*.js "${outputDir}/${folder}/"`,
        ...Object.entries(made).map(([name, content]) => {
          return `echo ${Buffer.from(content).toString('base64')} | base64 -d > "${outputDir}/${folder}/${name}"`;
        }),
      ]),
    ],
  };
}

/**
 * The house function: a role of its own, which may do nothing yet but write into the function's own log group. That
 * group has an explicit name and a retention time, and is kept when the stack is deleted.
 * @throws PackageInvalid when the plan asks for more than Lambda allows (900 s, 4 KB of environment).
 */
export class LoggedLambda<Name extends HandlerName = HandlerName> extends Construct {
  readonly handler: Name;
  readonly role: Role;
  readonly fn: NodejsFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: LoggedLambdaProps<Name>) {
    super(scope, id);
    const { context, handler, name = handler, description, environment, seconds, files = {}, data = {} } = props;
    assertAllowed(name, environment, seconds);
    this.handler = handler;
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `${logPrefix(context.release)}${name}`,
      retention: context.settings.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // An own role without AWS's managed policy, which would allow writing into any log group.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description });
    this.logGroup.grantWrite(this.role);
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
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN, description: context.release.digest },
      bundling: { ...bundling, commandHooks: packing(files, stage(this, data)) },
    });
  }
}
