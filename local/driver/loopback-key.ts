import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Where a loopback service listens, and the secret that it demands of every caller. */
export interface LoopbackAddress {
  /** `http://127.0.0.1:PORT`, for an SDK client's `endpoint` and the AWS CLI's `--endpoint-url`. */
  readonly endpoint: string;
  /** @see createLoopbackKey */
  readonly key: string;
}

/**
 * Makes the secret of one runtime. A caller sends it as its AWS access key id, so that the AWS CLI and the SDKs work
 * unchanged; other users and web pages cannot know it. The signature is not verified as well: it would hide the secret
 * from somebody who reads the loopback interface, which takes root, and root needs no secret.
 */
export function createLoopbackKey(): string {
  return randomBytes(20).toString('hex');
}

const credential = /^AWS4-HMAC-SHA256 Credential=([0-9A-Za-z_]{1,128})\//;

/** The access key id in a Signature Version 4 header; undefined when there is none. */
export function accessKeyIn(authorization: string | undefined): string | undefined {
  return credential.exec(authorization ?? '')?.[1];
}

/** Compares two keys in a time that says nothing about either. */
export function isSameKey(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
