import { messageOf } from '../../core/base/errors.ts';
import { assertContentType } from '../driver/admission.ts';
import type { LoopbackAddress } from '../driver/loopback-key.ts';
import { type LoopbackAnswer, type LoopbackRequest, serveOnLoopback } from '../driver/loopback-server.ts';
import { ServiceError } from '../driver/service-error.ts';
import type { BoundHandler } from './handlers.ts';
import { envelope } from './error-envelope.ts';
import { functionId } from '../driver/template.ts';

/** Lambda's Invoke on the loopback interface. */
export interface LambdaService extends LoopbackAddress {
  stop(): Promise<void>;
}

/** A function's name or ARN, its colons plain or percent-encoded. */
const invocations = /^\/2015-03-31\/functions\/((?:[A-Za-z0-9_$:-]|%3A|%24)+)\/invocations$/i;
/** What Lambda's callers send: the AWS CLI names no type for a payload, the SDKs this or that. No web page may. */
const payloadTypes = [undefined, 'application/json', 'application/octet-stream'];
const json = { 'content-type': 'application/json' };

async function readPayload(request: LoopbackRequest): Promise<unknown> {
  const text = await request.text();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    const words = `Could not parse request body into json: ${messageOf(error)}`;
    throw new ServiceError('InvalidRequestContentException', words);
  }
}

/** The version that a name and a qualifier ask for: the newest, or the only one that a deployment here publishes. */
function versionOf(name: string, qualifier: string | undefined): string {
  const named = /(?:^|function:)[A-Za-z0-9]+:([^:]+)$/.exec(name)?.[1];
  if (named !== undefined && qualifier !== undefined && named !== qualifier) {
    const words = 'The derived qualifier from the function name does not match the specified qualifier.';
    throw new ServiceError('InvalidParameterValueException', words);
  }
  const version = qualifier ?? named ?? '$LATEST';
  if (version === '$LATEST' || version === '1') return version;
  throw new ServiceError('ResourceNotFoundException', `Function not found: ${name}, version ${version}`, 404);
}

async function run(handler: BoundHandler, payload: unknown, version: string): Promise<LoopbackAnswer> {
  const executed = { ...json, 'x-amz-executed-version': version };
  try {
    return { status: 200, headers: executed, body: JSON.stringify((await handler(payload)) ?? null) };
  } catch (error) {
    const headers = { ...executed, 'x-amz-function-error': 'Unhandled' };
    return { status: 200, headers, body: envelope(error).cause };
  }
}

async function invoke(functions: ReadonlyMap<string, BoundHandler>, request: LoopbackRequest): Promise<LoopbackAnswer> {
  const { method, path } = request;
  const [, encoded] = invocations.exec(path) ?? [];
  if (method !== 'POST' || encoded === undefined) {
    throw new ServiceError('UnknownOperationException', `${method} ${path} is not served here`, 404);
  }
  const name = decodeURIComponent(encoded);
  assertContentType(request.header('content-type'), payloadTypes);
  const handler = functions.get(functionId(name));
  const version = versionOf(name, request.query('Qualifier'));
  if (handler === undefined) throw new ServiceError('ResourceNotFoundException', `Function not found: ${name}`, 404);
  const type = request.header('x-amz-invocation-type') ?? 'RequestResponse';
  const payload = await readPayload(request);
  if (type === 'DryRun') return { status: 204, headers: json, body: '' };
  if (type !== 'RequestResponse') {
    const words = `The invocation type ${type} is not served here: nobody would see the outcome of a step`;
    throw new ServiceError('InvalidParameterValueException', words);
  }
  return run(handler, payload, version);
}

function refuse({ status, type, message }: ServiceError): LoopbackAnswer {
  const body = { Type: status < 500 ? 'User' : 'Service', Message: message };
  return { status, headers: { ...json, 'x-amzn-errortype': type }, body: JSON.stringify(body) };
}

/**
 * Serves Lambda's Invoke (REST, API version 2015-03-31), so that any Step Functions engine can drive the handlers. A
 * function is found by its name, its ARN or the ARN of a version. What a handler throws is a 200 with
 * `X-Amz-Function-Error`, as on AWS.
 * @throws Error when no port can be had.
 */
export async function startLambdaService(
  functions: ReadonlyMap<string, BoundHandler>,
  key: string,
): Promise<LambdaService> {
  const service = {
    internalError: 'ServiceException',
    answer: (request: LoopbackRequest) => invoke(functions, request),
    refuse,
  };
  const server = await serveOnLoopback(service, key);
  return { endpoint: server.endpoint, key, stop: () => server.close() };
}
