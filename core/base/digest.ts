import { createHash } from 'node:crypto';

/** sha256 of text or bytes as 64 hex characters: what `sha256sum` prints. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** A sha256 digest that names its algorithm, as people and the evidence see it. */
export function namedDigest(data: string | Uint8Array): string {
  return `sha256:${sha256Hex(data)}`;
}

/**
 * JSON with the keys of every object sorted by code unit and without white space, so that equal values give equal
 * bytes. It is the subset of RFC 8785 that our own values need (strings, integers, booleans, null, arrays, objects).
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
