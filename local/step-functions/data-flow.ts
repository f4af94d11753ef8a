import { RuntimeFailure } from './errors.ts';
import { exceedsPayloadLimit, type Json } from './json.ts';
import { readPath, writePath, type Path, type Scope } from './json-path.ts';

/**
 * Applies InputPath or OutputPath: absent selects everything, null selects `{}`. @throws RuntimeFailure when the path
 * has no value.
 */
export function applyFilter(path: Path | null | undefined, scope: Scope): Json {
  if (path === undefined) return scope.input;
  if (path === null) return {};
  const value = readPath(path, scope);
  if (value === undefined) throw new RuntimeFailure(`Invalid path '${path.text}': No results for path`);
  return value;
}

/**
 * Applies ResultPath: if it is absent, the result replaces the input; if it is null, the result is dropped.
 * @throws RuntimeFailure when the path cannot be written.
 */
export function placeResult(path: Path | null | undefined, input: Json, result: Json): Json {
  if (path === undefined) return result;
  return path === null ? input : writePath(path, input, result);
}

/** What the service says of data above its size limit, recorded on AWS; undefined for data within it. */
export function tooLarge(value: Json, owner: string): string | undefined {
  if (!exceedsPayloadLimit(value)) return undefined;
  return `The state/task '${owner}' returned a result with a size exceeding the maximum number of bytes service limit.`;
}
