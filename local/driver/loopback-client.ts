import type { LoopbackAddress } from './loopback-key.ts';
import { localRegion } from './template.ts';

/** Configuration of an SDK client that talks to a service on this machine. */
export function awsClient({ endpoint, key }: LoopbackAddress) {
  return { endpoint, region: localRegion, credentials: { accessKeyId: key, secretAccessKey: key } };
}
