import { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { parseJson } from '../core/base/json.ts';
import { answersWithin } from './time-outs.ts';

const ATTEMPTS = 3;

/** One operation of an AWS service with the JSON protocol. */
export interface ServiceCall {
  /** As it is called in an address and in a signature, for example `kms`. */
  readonly service: string;
  readonly region: string;
  /** Service and operation as the header `x-amz-target` names them, for example `TrentService.Sign`. */
  readonly target: string;
  readonly input: object;
}

/** Signs requests as the function itself; where it is from, the SDK knows. */
function createSigner({ service, region }: ServiceCall): SignatureV4 {
  const { credentials, sha256 } = new S3Client({ region }).config;
  return new SignatureV4({ service, region, credentials, sha256 });
}

async function once(call: ServiceCall, signer: SignatureV4): Promise<Response> {
  const hostname = `${call.service}.${call.region}.amazonaws.com`;
  const request = {
    method: 'POST',
    protocol: 'https:',
    hostname,
    path: '/',
    headers: { host: hostname, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': call.target },
    body: JSON.stringify(call.input),
  };
  const { headers } = await signer.sign(request);
  const signal = AbortSignal.timeout(answersWithin.requestTimeout);
  return fetch(`https://${hostname}/`, { method: 'POST', headers, body: request.body, signal });
}

/**
 * Calls a service of which one function needs one operation: a client of the SDK for it would be a dependency more. What
 * may be called so has to be harmless to repeat, as a failure that is not the caller's is tried again.
 * @throws Error naming what the service answered.
 */
export async function callService(call: ServiceCall, signer = createSigner(call)): Promise<unknown> {
  let failure = new Error(`${call.target} was not asked for`);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      const answer = await once(call, signer);
      const text = await answer.text();
      if (answer.ok) return parseJson(text);
      failure = new Error(`${call.target} was refused with ${answer.status}: ${text.slice(0, 300)}`);
      if (answer.status < 500) break;
    } catch (error) {
      failure = new Error(`${call.target} was not answered`, { cause: error });
    }
  }
  throw failure;
}
