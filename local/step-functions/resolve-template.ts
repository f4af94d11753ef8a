import { isArray, isObject, parseJson, toJson, type Json, type JsonObject } from './json.ts';

/**
 * Returns the value of a CloudFormation reference: a Ref has no attribute, Fn::GetAtt has one, and pseudo parameters
 * are passed as `AWS::Region` and so on. Undefined means that the reference is unknown, which is an error.
 */
export type ResolveReference = (logicalId: string, attribute?: string) => string | undefined;

function look(resolve: ResolveReference, logicalId: string, attribute?: string): string {
  const value = attribute === undefined ? resolve(logicalId) : resolve(logicalId, attribute);
  if (value !== undefined) return value;
  throw new Error(
    `the template refers to ${logicalId}${attribute === undefined ? '' : `.${attribute}`}, which is not known`,
  );
}

function lookDotted(resolve: ResolveReference, reference: string): string {
  const dot = reference.indexOf('.');
  return dot < 0 ? look(resolve, reference) : look(resolve, reference.slice(0, dot), reference.slice(dot + 1));
}

function join(value: Json, resolve: ResolveReference): string | undefined {
  if (!isArray(value)) return undefined;
  const [separator, parts] = value;
  if (typeof separator !== 'string' || !isArray(parts)) return undefined;
  return parts.map((part) => resolveText(part, resolve)).join(separator);
}

function getAtt(value: Json, resolve: ResolveReference): string | undefined {
  if (typeof value === 'string') return lookDotted(resolve, value);
  if (!isArray(value)) return undefined;
  const [logicalId, attribute] = value;
  return typeof logicalId === 'string' && typeof attribute === 'string'
    ? look(resolve, logicalId, attribute)
    : undefined;
}

function substitute(value: Json, resolve: ResolveReference): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.replace(/\$\{(!?)([^}]+)\}/g, (_match, literal: string, reference: string) =>
    literal === '!' ? `\${${reference}}` : lookDotted(resolve, reference),
  );
}

function resolveFunction(value: JsonObject, resolve: ResolveReference): string | undefined {
  const [only, second] = Object.entries(value);
  if (!only || second) return undefined;
  const [name, inner] = only;
  switch (name) {
    case 'Ref':
      return typeof inner === 'string' ? look(resolve, inner) : undefined;
    case 'Fn::GetAtt':
      return getAtt(inner, resolve);
    case 'Fn::Join':
      return join(inner, resolve);
    case 'Fn::Sub':
      return substitute(inner, resolve);
    default:
      return undefined;
  }
}

/**
 * Resolves a template value that must become text: a string, Ref, Fn::GetAtt, Fn::Join or Fn::Sub (text form only).
 * @throws Error naming anything else, or the unknown reference.
 */
export function resolveText(value: Json, resolve: ResolveReference): string {
  if (typeof value === 'string') return value;
  const text = isObject(value) ? resolveFunction(value, resolve) : undefined;
  if (text !== undefined) return text;
  throw new Error(`the template has ${JSON.stringify(value).slice(0, 200)}, which is not supported here`);
}

/**
 * The definition of a synthesized state machine, as the object that startStepFunctions takes. In this way the laptop
 * runs the very text that AWS runs.
 * @throws Error when the resource is missing, of another type, or holds something that is not supported.
 */
export function resolveDefinition(template: unknown, logicalId: string, resolve: ResolveReference): Json {
  const root = toJson(template);
  const resources = isObject(root) ? root['Resources'] : undefined;
  const resource = isObject(resources) ? resources[logicalId] : undefined;
  if (!isObject(resource) || resource['Type'] !== 'AWS::StepFunctions::StateMachine') {
    throw new Error(`the template has no AWS::StepFunctions::StateMachine named ${logicalId}`);
  }
  const { Properties: properties } = resource;
  const { DefinitionString: text, ...others } = isObject(properties) ? properties : {};
  const refused = ['Definition', 'DefinitionS3Location', 'DefinitionSubstitutions'].find((name) => name in others);
  if (refused !== undefined) throw new Error(`${logicalId} has ${refused}, which is not supported here`);
  if (text === undefined) throw new Error(`${logicalId} has no DefinitionString`);
  return parseJson(resolveText(text, resolve));
}
