import { localRegion } from './template.ts';

/** Configuration of an SDK client that talks to a service on this machine; the credentials are dummies. */
export function awsClient(endpoint: string) {
  return { endpoint, region: localRegion, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}
