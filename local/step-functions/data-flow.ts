import { RuntimeFailure, StateError } from './errors.ts';
import { exceedsPayloadLimit, type Json } from './json.ts';
import { readPath, writePath, type Path, type Scope } from './json-path.ts';

/**
 * InputPath or OutputPath: absent means all of it, null means `{}`.
 * @throws RuntimeFailure when the path leads nowhere.
 */
export function applyFilter(path: Path | null | undefined, scope: Scope): Json {
  if (path === undefined) return scope.input;
  if (path === null) return {};
  const value = readPath(path, scope);
  if (value === undefined) throw new RuntimeFailure(`Invalid path '${path.text}': No results for path`);
  return value;
}

/**
 * ResultPath: absent means that the result replaces the input, null that it is dropped.
 * @throws RuntimeFailure when the path cannot be written.
 */
export function placeResult(path: Path | null | undefined, input: Json, result: Json): Json {
  if (path === undefined) return result;
  return path === null ? input : writePath(path, input, result);
}

/**
 * Refuses data above the service's limit.
 * @throws StateError States.DataLimitExceeded, in the service's words (recorded on AWS).
 */
export function refuseTooLarge(value: Json, owner: string): void {
  if (!exceedsPayloadLimit(value)) return;
  throw new StateError(
    'States.DataLimitExceeded',
    `The state/task '${owner}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
