import { DefinitionError, RuntimeFailure } from './errors.ts';
import { isArray, isObject, type Json, type JsonObject } from './json.ts';

/**
 * A path in the part of JSONPath that our state machines use: names and indexes, from the input (`$`) or the context
 * object (`$$`). Wildcards, filters and slices are refused while loading, because they would need a list of results.
 */
export interface Path {
  readonly text: string;
  readonly root: 'input' | 'context';
  readonly steps: readonly (string | number)[];
}

/** The data that a path is read from: `$` is the input (or the task result), `$$` the context object. */
export interface Scope {
  readonly input: Json;
  readonly context: JsonObject;
}

const step = /\.([^\s.[\](),*?@:'"$]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** Parses one path in a longer text (an argument of an intrinsic function) and returns where it ends. */
export function scanPath(text: string, from: number): { path: Path; end: number } {
  const context = text.startsWith('$$', from);
  let end = from + (context ? 2 : 1);
  const steps: (string | number)[] = [];
  for (;;) {
    step.lastIndex = end;
    const match = step.exec(text);
    if (!match) break;
    const [whole, name, index, single, double] = match;
    steps.push(index === undefined ? (name ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(index));
    end += whole.length;
  }
  return { path: { text: text.slice(from, end), root: context ? 'context' : 'input', steps }, end };
}

/**
 * Parses a text that is one path, for InputPath, OutputPath, Variable and similar fields.
 * @throws DefinitionError when it is not a path, or uses a part of JSONPath that is not supported.
 */
export function parsePath(text: string): Path {
  if (!text.startsWith('$')) throw new DefinitionError(`"${text}" is not a path`);
  const { path, end } = scanPath(text, 0);
  if (end !== text.length) {
    throw new DefinitionError(`path "${text}" is not supported (names and indexes only, not "${text.slice(end)}")`);
  }
  return path;
}

/**
 * Parses a ResultPath, which must point into the state's own data.
 * @throws DefinitionError as parsePath, and for the context object.
 */
export function parseReferencePath(text: string): Path {
  const path = parsePath(text);
  if (path.root === 'context') throw new DefinitionError(`"${text}" cannot be written`);
  return path;
}

/** The value at a path, or undefined when there is none; a JSON null is a value. */
export function readPath(path: Path, scope: Scope): Json | undefined {
  let value: Json | undefined = path.root === 'context' ? scope.context : scope.input;
  for (const key of path.steps) {
    if (typeof key === 'number') value = isArray(value) ? value[key] : undefined;
    else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/**
 * A copy of `target` with `value` at the path, by the rules of ResultPath: missing objects are created.
 * @throws RuntimeFailure when the path leads through something that is not an object, or beyond an array's end.
 */
export function writePath(path: Path, target: Json, value: Json): Json {
  return write(path, 0, target, value);
}

function write(path: Path, depth: number, target: Json | undefined, value: Json): Json {
  const key = path.steps[depth];
  if (key === undefined) return value;
  if (typeof key === 'string' && (target === undefined || isObject(target))) {
    const old = target !== undefined && Object.hasOwn(target, key) ? target[key] : undefined;
    return { ...target, [key]: write(path, depth + 1, old, value) };
  }
  if (typeof key === 'number' && isArray(target) && key < target.length) {
    return target.map((item, index) => (index === key ? write(path, depth + 1, item, value) : item));
  }
  throw new RuntimeFailure(
    `Unable to apply step "${key}" of the ResultPath '${path.text}' to input '${JSON.stringify(target ?? null)}'`,
  );
}
