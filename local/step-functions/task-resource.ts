import { DefinitionError } from './errors.ts';
import { isObject, type Json } from './json.ts';

/**
 * The meaning of a Task's Resource. `service` and `action` are what the history calls resourceType and resource.
 * `function` is a plain Lambda ARN (CDK: payloadResponseOnly), which has history events of its own.
 */
export type TaskResource =
  | {
      readonly kind: 'invoke' | 'token' | 'execution' | 'integration';
      readonly service: string;
      readonly action: string;
    }
  | { readonly kind: 'function'; readonly arn: string };

const builtIn = new Map<string, TaskResource>([
  ['arn:aws:states:::lambda:invoke', { kind: 'invoke', service: 'lambda', action: 'invoke' }],
  [
    'arn:aws:states:::lambda:invoke.waitForTaskToken',
    { kind: 'token', service: 'lambda', action: 'invoke.waitForTaskToken' },
  ],
  [
    'arn:aws:states:::states:startExecution.sync:2',
    { kind: 'execution', service: 'states', action: 'startExecution.sync:2' },
  ],
]);
const lambdaArn = /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?$/;
const simpleIntegration = /^arn:aws:states:::([\w-]+(?::[\w-]+)?):(\w+)$/;

/**
 * Recognises a Resource while the definition is loaded. `integrations` are the resource ARNs for which the caller gave
 * a function, for example `arn:aws:states:::sns:publish`. @throws DefinitionError naming the resource.
 */
export function parseResource(resource: string, integrations: readonly string[]): TaskResource {
  const known = builtIn.get(resource);
  if (known) return known;
  if (lambdaArn.test(resource)) return { kind: 'function', arn: resource };
  const [, service, action] = simpleIntegration.exec(resource) ?? [];
  if (service !== undefined && action !== undefined && integrations.includes(resource)) {
    return { kind: 'integration', service, action };
  }
  throw new DefinitionError(`resource "${resource}" is not supported`);
}

const parameterNames = {
  invoke: ['FunctionName', 'Payload'],
  token: ['FunctionName', 'Payload'],
  execution: ['StateMachineArn', 'Input', 'Name'],
};

/**
 * Refuses API parameters that the interpreter would silently ignore (InvocationType, Qualifier, TraceHeader …).
 * @throws DefinitionError naming the parameter.
 */
export function checkParameters(resource: TaskResource, parameters: Json | undefined): void {
  if (resource.kind === 'function' || resource.kind === 'integration') return;
  const names = parameterNames[resource.kind];
  const given = isObject(parameters) ? Object.keys(parameters).map((key) => key.replace(/\.\$$/, '')) : [];
  const unknown = given.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new DefinitionError(`field "Parameters.${unknown}" is not supported`);
  const [required] = names;
  if (required !== undefined && !given.includes(required))
    throw new DefinitionError(`field "Parameters.${required}" is missing`);
}
