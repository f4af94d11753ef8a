import { messageOf } from '../../core/base/errors.ts';
import { DefinitionError, RuntimeFailure } from './errors.ts';
import { isArray, isObject, type Json, parseJson } from './json.ts';

interface Intrinsic {
  readonly minimum: number;
  readonly maximum: number;
  readonly apply: (values: readonly Json[], template: string) => Json;
}

function text(value: Json | undefined): string {
  if (isArray(value) || isObject(value)) throw new RuntimeFailure('an object or array cannot be formatted');
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function format(values: readonly Json[], template: string): string {
  const rest = values.slice(1);
  let used = 0;
  const result = template.replace(/\\(.)|\{\}/gs, (_match, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    used += 1;
    return used > rest.length ? '' : text(rest[used - 1]);
  });
  if (used !== rest.length) {
    throw new RuntimeFailure('The number of arguments do not match the occurrences of {}');
  }
  return result;
}

function parse(value: Json | undefined): Json {
  if (typeof value !== 'string') throw new RuntimeFailure('the argument must be a string');
  try {
    return parseJson(value);
  } catch (error) {
    throw new RuntimeFailure(messageOf(error));
  }
}

function add(values: readonly Json[]): number {
  return values.reduce<number>((sum, value) => {
    if (typeof value !== 'number') throw new RuntimeFailure('the arguments must be numbers');
    return sum + Math.round(value);
  }, 0);
}

const intrinsics = new Map<string, Intrinsic>([
  ['States.Format', { minimum: 1, maximum: Infinity, apply: format }],
  ['States.JsonToString', { minimum: 1, maximum: 1, apply: ([value]) => JSON.stringify(value) }],
  ['States.StringToJson', { minimum: 1, maximum: 1, apply: ([value]) => parse(value) }],
  ['States.Array', { minimum: 0, maximum: Infinity, apply: (values) => values }],
  ['States.MathAdd', { minimum: 2, maximum: 2, apply: add }],
]);

/**
 * Looks up an intrinsic function while a definition is loaded, so that an unknown function or a wrong number of
 * arguments is refused before anything runs. @throws DefinitionError naming the function.
 */
export function checkIntrinsic(name: string, count: number): void {
  const intrinsic = intrinsics.get(name);
  if (!intrinsic) {
    throw new DefinitionError(
      `intrinsic function ${name} is not supported (only ${[...intrinsics.keys()].join(', ')})`,
    );
  }
  if (count < intrinsic.minimum || count > intrinsic.maximum) {
    throw new DefinitionError(`intrinsic function ${name} does not take ${count} arguments`);
  }
}

/**
 * Applies an intrinsic function to evaluated arguments. `template` is the first argument as written, because in
 * States.Format a backslash decides whether `{}` is a placeholder or text.
 * @throws RuntimeFailure in AWS's words: the function and its error.
 */
export function applyIntrinsic(name: string, source: string, values: readonly Json[], template: string): Json {
  const intrinsic = intrinsics.get(name);
  if (!intrinsic) throw new RuntimeFailure(`The function '${name}' is not known`);
  try {
    return intrinsic.apply(values, template);
  } catch (error) {
    throw new RuntimeFailure(`The function '${source}' had the following error: ${messageOf(error)}`);
  }
}
