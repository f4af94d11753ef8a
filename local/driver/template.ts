import * as z from 'zod';
import { machineKey } from '../../core/base/signing-key.ts';
import type { Template } from '../../lib/house/synthesized.ts';
import type { MachineDefinition } from '../step-functions/start-step-functions.ts';
import { toJson } from '../step-functions/json.ts';
import { resolveText, type ResolveReference } from '../step-functions/resolve-template.ts';

type Resource = Template['Resources'][string];

/** Region and account in the ARNs of the local runtime; there is no such account. */
export const localRegion = 'eu-central-1';
const localAccount = '000000000000';

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Region': localRegion,
  'AWS::AccountId': localAccount,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

function nameOf(resource: Resource, property: string, otherwise: string): string {
  const given = resource.Properties[property];
  return typeof given === 'string' ? given : otherwise;
}

function arn(service: string, rest: string): string {
  return `arn:aws:${service}:${localRegion}:${localAccount}:${rest}`;
}

/** The ARN of a function in the local runtime, where the logical id serves as the function's name. */
function functionArn(logicalId: string): string {
  return arn('lambda', `function:${logicalId}`);
}

function referenceTo(logicalId: string, resource: Resource): string | undefined {
  switch (resource.Type) {
    case 'AWS::Lambda::Function':
      return logicalId;
    case 'AWS::Lambda::Version': {
      const version = z
        .looseObject({ FunctionName: z.looseObject({ Ref: z.string() }) })
        .safeParse(resource.Properties);
      return version.success ? `${functionArn(version.data.FunctionName.Ref)}:1` : undefined;
    }
    case 'AWS::StepFunctions::StateMachine':
      return arn('states', `stateMachine:${nameOf(resource, 'StateMachineName', logicalId)}`);
    case 'AWS::KMS::Key':
      return machineKey;
    case 'AWS::SNS::Topic':
      return arn('sns', nameOf(resource, 'TopicName', logicalId));
    case 'AWS::Logs::LogGroup':
      return arn('logs', `log-group:${nameOf(resource, 'LogGroupName', logicalId)}:*`);
    case 'AWS::S3::Bucket':
      return nameOf(resource, 'BucketName', logicalId.toLowerCase());
    case 'AWS::SSM::Document':
      return nameOf(resource, 'Name', logicalId);
    default:
      return undefined;
  }
}

/** Resolves every reference of a synthesized template to its value in the local runtime. */
export function localReferences({ Resources: resources }: Template): ResolveReference {
  return (logicalId, attribute) => {
    const resource = resources[logicalId];
    if (resource === undefined) return attribute === undefined ? pseudoParameters[logicalId] : undefined;
    if (attribute === 'Arn' && resource.Type === 'AWS::Lambda::Function') return functionArn(logicalId);
    return attribute === undefined || attribute === 'Arn' ? referenceTo(logicalId, resource) : undefined;
  };
}

const machineProperties = z.object({
  LoggingConfiguration: z.object({
    Level: z.string(),
    IncludeExecutionData: z.boolean(),
    Destinations: z.array(z.object({ CloudWatchLogsLogGroup: z.object({ LogGroupArn: z.json() }) })),
  }),
  TracingConfiguration: z.object({ Enabled: z.boolean() }),
});

/** What a machine of the template logs and traces, in the spelling of the service's API. */
export function machineSettings(
  { Resources }: Template,
  logicalId: string,
  resolve: ResolveReference,
): Pick<MachineDefinition, 'logging' | 'traced'> {
  const properties = machineProperties.parse(Resources[logicalId]?.Properties);
  const { Level: level, IncludeExecutionData: includeExecutionData, Destinations } = properties.LoggingConfiguration;
  const destinations = Destinations.map(({ CloudWatchLogsLogGroup: { LogGroupArn } }) => ({
    cloudWatchLogsLogGroup: { logGroupArn: resolveText(LogGroupArn, resolve) },
  }));
  return { logging: { level, includeExecutionData, destinations }, traced: properties.TracingConfiguration.Enabled };
}

/** A function's synthesized environment variables, as the texts that the function would find in its environment. */
export function resolveVariables(
  variables: Readonly<Record<string, unknown>>,
  resolve: ResolveReference,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, resolveText(toJson(value), resolve)]),
  );
}

/** The logical id inside a function's name or ARN, with or without a version. */
export function functionId(nameOrArn: string): string {
  return /(?:^|function:)([A-Za-z0-9]+)(?::(?:[0-9]+|\$LATEST))?$/.exec(nameOrArn)?.[1] ?? nameOrArn;
}
