import * as z from 'zod';
import { DefinitionError, RuntimeFailure } from './errors.ts';
import { isArray, isObject, type Json, type JsonObject } from './json.ts';
import { parsePath, readPath, type Path, type Scope } from './json-path.ts';

/** A compiled Choice rule. Evaluating it may throw RuntimeFailure when a path has no value. */
export type Condition = (scope: Scope) => boolean;

/**
 * An ISO 8601 time with zone that the calendar knows, in whole seconds: nobody has recorded that AWS respects
 * fractions, and a stand-in that does would hide that a rollback depends on it.
 */
const timestamp = z.iso.datetime({ offset: true, precision: 0 });

/** Milliseconds since the epoch of a time in the only form that ASL surely accepts; undefined for anything else. */
export function parseTimestamp(value: Json | undefined): number | undefined {
  const { data } = timestamp.safeParse(value);
  return data === undefined ? undefined : Date.parse(data);
}

type Comparable = string | number | boolean;
const readers = new Map<string, (value: Json) => Comparable | undefined>([
  ['String', (value) => (typeof value === 'string' ? value : undefined)],
  ['Numeric', (value) => (typeof value === 'number' ? value : undefined)],
  ['Boolean', (value) => (typeof value === 'boolean' ? value : undefined)],
  ['Timestamp', parseTimestamp],
]);
const comparisons = new Map<string, (left: Comparable, right: Comparable) => boolean>([
  ['Equals', (left, right) => left === right],
  ['LessThan', (left, right) => left < right],
  ['GreaterThan', (left, right) => left > right],
  ['LessThanEquals', (left, right) => left <= right],
  ['GreaterThanEquals', (left, right) => left >= right],
]);
const kinds = new Map<string, (value: Json | undefined) => boolean>([
  ['IsPresent', (value) => value !== undefined],
  ['IsNull', (value) => value === null],
  ['IsString', (value) => typeof value === 'string'],
  ['IsNumeric', (value) => typeof value === 'number'],
  ['IsBoolean', (value) => typeof value === 'boolean'],
  ['IsTimestamp', (value) => parseTimestamp(value) !== undefined],
]);

function demand(path: Path, scope: Scope): Json {
  const value = readPath(path, scope);
  if (value !== undefined) return value;
  throw new RuntimeFailure(
    `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
  );
}

function kindTest(operator: string, variable: Path, operand: Json): Condition | undefined {
  const kind = kinds.get(operator);
  if (!kind) return undefined;
  if (typeof operand !== 'boolean') throw new DefinitionError(`${operator} takes true or false`);
  return (scope) => kind(operator === 'IsPresent' ? readPath(variable, scope) : demand(variable, scope)) === operand;
}

function matchTest(operator: string, variable: Path, operand: Json): Condition | undefined {
  if (operator !== 'StringMatches') return undefined;
  if (typeof operand !== 'string') throw new DefinitionError('StringMatches takes a string');
  const source = operand.replace(/\\(.)|\*|[^\w\s]/gs, (character, escaped: string | undefined) =>
    character === '*' ? '.*' : `\\${escaped ?? character}`,
  );
  const pattern = new RegExp(`^${source}$`, 's');
  return (scope) => {
    const value = demand(variable, scope);
    return typeof value === 'string' && pattern.test(value);
  };
}

function compareTest(operator: string, variable: Path, operand: Json): Condition | undefined {
  const [, type = '', comparison = '', byPath] =
    /^(String|Numeric|Timestamp|Boolean)((?:Less|Greater)Than(?:Equals)?|Equals)(Path)?$/.exec(operator) ?? [];
  const read = readers.get(type);
  const compare = comparisons.get(comparison);
  if (!read || !compare || (type === 'Boolean' && comparison !== 'Equals')) return undefined;
  const path = byPath !== undefined && typeof operand === 'string' ? parsePath(operand) : undefined;
  if (!path && (byPath !== undefined || read(operand) === undefined)) {
    throw new DefinitionError(`${operator} cannot take ${JSON.stringify(operand)}`);
  }
  return (scope) => {
    const left = read(demand(variable, scope));
    const right = read(path ? demand(path, scope) : operand);
    return left !== undefined && right !== undefined && compare(left, right);
  };
}

function compileGroup(operator: string, operand: Json): Condition | undefined {
  if (operator === 'Not') {
    const inner = compileCondition(operand);
    return (scope) => !inner(scope);
  }
  if (operator !== 'And' && operator !== 'Or') return undefined;
  if (!isArray(operand) || operand.length === 0) throw new DefinitionError(`${operator} takes a list of rules`);
  const inner = operand.map((rule) => compileCondition(rule));
  return operator === 'And'
    ? (scope) => inner.every((test) => test(scope))
    : (scope) => inner.some((test) => test(scope));
}

function compileComparison(operator: string, operand: Json, rule: JsonObject): Condition {
  const { Variable: variable } = rule;
  if (typeof variable !== 'string') throw new DefinitionError(`${operator} needs a Variable`);
  const path = parsePath(variable);
  const condition =
    kindTest(operator, path, operand) ?? matchTest(operator, path, operand) ?? compareTest(operator, path, operand);
  if (!condition) throw new DefinitionError(`operator or field "${operator}" is not supported`);
  return condition;
}

/**
 * Compiles one Choice rule (without its Next) while the definition is loaded.
 * @throws DefinitionError for an unknown operator, an operand of the wrong type, or more than one operator.
 */
export function compileCondition(rule: Json): Condition {
  if (!isObject(rule)) throw new DefinitionError('a choice rule must be an object');
  const operators = Object.entries(rule).filter(([key]) => key !== 'Variable' && key !== 'Comment');
  const [only, second] = operators;
  if (!only || second) {
    throw new DefinitionError(
      `a choice rule needs one operator, not ${operators.map(([key]) => key).join(', ') || 'none'}`,
    );
  }
  const [operator, operand] = only;
  return compileGroup(operator, operand) ?? compileComparison(operator, operand, rule);
}
