import { createHash } from 'node:crypto';
import * as z from 'zod';

/**
 * 12 hex characters that identify one execution everywhere: stamp, application_name, SSM comment, log lines, evidence.
 */
export const runIdPattern = /^[0-9a-f]{12}$/;

/** A run id that comes from outside. It becomes part of paths and keys, so nothing else may be in its place. */
export const runIdSchema = z.string().regex(runIdPattern, 'a run id is 12 hexadecimal digits');

/** Derives the run id of an execution from its ARN: the first 12 hex characters of its sha256. */
export function runIdOf(executionArn: string): string {
  return createHash('sha256').update(executionArn).digest('hex').slice(0, 12);
}

/** psql's application_name and the comment of the SSM command: `one-roof/<run id>/<script id>`, at most 63 bytes. */
export function applicationName(runId: string, scriptId: string): string {
  return `one-roof/${runId}/${scriptId}`;
}

/** The script id in such a name. */
export function scriptIdOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
