import type { LoopbackAddress } from './loopback-key.ts';
import { localRegion } from './template.ts';

/**
 * Limits of a call on this machine, in milliseconds. The service is in the same process and takes every connection: one that
 * takes seconds tells of a disk or a processor that is busy with something else, and would end a release as if SSM had not
 * answered. An answer may take as long as on AWS (aws/ssm-commands.ts).
 */
const patience = { connectionTimeout: 20_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** Configuration of an SDK client that talks to a service on this machine. */
export function awsClient({ endpoint, key }: LoopbackAddress) {
  return {
    endpoint,
    region: localRegion,
    credentials: { accessKeyId: key, secretAccessKey: key },
    requestHandler: patience,
  };
}
