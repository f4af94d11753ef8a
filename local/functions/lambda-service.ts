import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { BoundHandler } from './handlers.ts';
import { envelope } from './error-envelope.ts';
import { functionId } from '../driver/template.ts';

/** Lambda's Invoke on the loopback interface. */
export interface LambdaService {
  /** `http://127.0.0.1:<port>`, for the AWS CLI's `--endpoint-url` and any Step Functions engine. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Request and response of a synchronous Invoke may each have 6 MB (Lambda quota). */
const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;
const invocations = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** An answer of the service itself, not of the function; `type` is the service's own error name. */
class InvokeError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function readPayload(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= PAYLOAD_LIMIT_BYTES) chunks.push(chunk);
  }
  if (size > PAYLOAD_LIMIT_BYTES) {
    const words = `Request must be smaller than ${PAYLOAD_LIMIT_BYTES} bytes for the InvokeFunction operation`;
    throw new InvokeError(413, 'RequestTooLargeException', words);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new InvokeError(400, 'InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
}

async function run(handler: BoundHandler, payload: unknown): Promise<Answer> {
  const executed = { 'x-amz-executed-version': '$LATEST' };
  try {
    return { status: 200, headers: executed, body: JSON.stringify((await handler(payload)) ?? null) };
  } catch (error) {
    const headers = { ...executed, 'x-amz-function-error': 'Unhandled' };
    return { status: 200, headers, body: envelope(error).cause };
  }
}

async function invoke(functions: () => ReadonlyMap<string, BoundHandler>, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, encoded] = invocations.exec(url.pathname) ?? [];
  if (request.method !== 'POST' || encoded === undefined) {
    throw new InvokeError(
      404,
      'UnknownOperationException',
      `${request.method ?? ''} ${url.pathname} is not served here`,
    );
  }
  const name = decodeURIComponent(encoded);
  const handler = functions().get(functionId(name));
  if (handler === undefined) throw new InvokeError(404, 'ResourceNotFoundException', `Function not found: ${name}`);
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const payload = await readPayload(request);
  if (type === 'DryRun') return { status: 204, headers: {}, body: '' };
  if (type !== 'RequestResponse') {
    const words = `The invocation type ${String(type)} is not served here: nobody would see the outcome of a step`;
    throw new InvokeError(400, 'InvalidParameterValueException', words);
  }
  return run(handler, payload);
}

function refusal(error: unknown): Answer {
  const known = error instanceof InvokeError ? error : new InvokeError(500, 'ServiceException', String(error));
  const body = { Type: known.status < 500 ? 'User' : 'Service', Message: known.message };
  return { status: known.status, headers: { 'x-amzn-errortype': known.type }, body: JSON.stringify(body) };
}

async function serve(
  functions: () => ReadonlyMap<string, BoundHandler>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, headers, body } = await invoke(functions, request).catch(refusal);
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() });
  response.end(body);
}

/**
 * Serves Lambda's Invoke (REST, API version 2015-03-31), so that any Step Functions engine can drive the handlers. A
 * function is found by its name, its ARN or the ARN of a version. What a handler throws is a 200 with
 * `X-Amz-Function-Error`, as on AWS. Signatures are not looked at. `functions` is asked at the first call, because
 * binding the handlers takes a second that most runtimes never need.
 * @throws Error when no port can be had.
 */
export async function startLambdaService(functions: () => ReadonlyMap<string, BoundHandler>): Promise<LambdaService> {
  const server = createServer((request, response) => void serve(functions, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
