import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import type { Engine } from './engine.ts';
import { messageOf, ServiceError } from './errors.ts';
import { operations } from './operations.ts';
import { toWire } from './wire.ts';

/** A running loopback endpoint. */
interface RunningServer {
  /** http://127.0.0.1:PORT, for an SDK client's `endpoint` and the AWS CLI's `--endpoint-url`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

const target = /^AWSStepFunctions\.(\w+)$/;

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw new ServiceError('SerializationException', messageOf(error));
  }
}

async function answer(engine: Engine, request: IncomingMessage): Promise<object> {
  const header = request.headers['x-amz-target'];
  const name = typeof header === 'string' ? target.exec(header)?.[1] : undefined;
  const operation = name === undefined ? undefined : operations.get(name);
  if (request.method !== 'POST' || !operation) {
    throw new ServiceError('UnknownOperationException', `The operation ${name ?? '(none)'} is not served here`);
  }
  return operation(engine, await readBody(request));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}

async function handle(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    send(response, 200, toWire(await answer(engine, request)));
  } catch (error) {
    if (error instanceof ServiceError) send(response, 400, { __type: error.type, message: error.message });
    else send(response, 500, { __type: 'InternalServerError', message: messageOf(error) });
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * Serves the AWS JSON 1.0 protocol on a free port of the loopback interface. Signatures are not checked: whoever
 * reaches 127.0.0.1 has full access. @throws Error when no port is available.
 */
export async function startServer(engine: Engine): Promise<RunningServer> {
  const server = createServer((request, response) => {
    void handle(engine, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { endpoint: `http://127.0.0.1:${port}`, close: () => close(server) };
}
