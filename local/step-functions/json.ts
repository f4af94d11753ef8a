/** JSON as a type, so that state data is never `any` and never partly checked. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object: the output of most states, and the only kind of value that a ResultPath can write into. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Largest input, output or task result, in UTF-8 bytes (Step Functions quota, developer guide "limits overview"). */
export const payloadLimitBytes = 262_144;

/** Narrows to an object. TypeScript's own narrowing does not tell a readonly array from an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Narrows to an array, readonly ones included. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return true;
  }
  return typeof value === 'object' && Object.values(value).every(isJson);
}

/**
 * Parses JSON text into a typed value.
 * @throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (!isJson(value)) throw new SyntaxError('not a JSON value');
  return value;
}

/**
 * Turns the return value of a handler into what Lambda would have sent: serialised, so that `undefined` becomes null.
 */
export function toJson(value: unknown): Json {
  return value === undefined ? null : parseJson(JSON.stringify(value));
}

/** Whether the service would refuse a value for its size; see payloadLimitBytes. */
export function exceedsPayloadLimit(value: Json): boolean {
  return Buffer.byteLength(JSON.stringify(value), 'utf8') > payloadLimitBytes;
}
