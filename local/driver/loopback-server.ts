import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../core/base/errors.ts';
import { AnswerLost, ServiceError } from './service-error.ts';

/** Largest body that is read, in bytes: the quota of Lambda's Invoke, the highest among the services served here. */
const BODY_LIMIT_BYTES = 6 * 1024 * 1024;

/** A request as a service sees it. */
export interface LoopbackRequest {
  readonly method: string;
  readonly path: string;
  /** A header by its name in small letters; undefined when it is absent or was sent several times. */
  header(name: string): string | undefined;
  /** The whole body. @throws ServiceError RequestTooLargeException (413) above the limit. */
  text(): Promise<string>;
}

/** What a service answers. */
export interface LoopbackAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A service behind the server: what it answers, and how it words a refusal in its own protocol. */
export interface LoopbackService {
  answer(request: LoopbackRequest): Promise<LoopbackAnswer>;
  refuse(error: ServiceError): LoopbackAnswer;
  /** The protocol's name for a failure of the service itself; answered with status 500. */
  readonly internalError: string;
}

/** A running server. */
export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`, for an SDK client's `endpoint` and the AWS CLI's `--endpoint-url`. */
  readonly endpoint: string;
  /** Resolves when the port is closed; open connections are cut. */
  close(): Promise<void>;
}

/** Reads to the end even what is too large, because a client that is cut off while it sends never sees the refusal. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= BODY_LIMIT_BYTES) chunks.push(chunk);
  }
  if (size <= BODY_LIMIT_BYTES) return Buffer.concat(chunks).toString('utf8');
  throw new ServiceError('RequestTooLargeException', `Request must be smaller than ${BODY_LIMIT_BYTES} bytes`, 413);
}

function view(request: IncomingMessage): LoopbackRequest {
  return {
    method: request.method ?? '',
    path: new URL(request.url ?? '/', 'http://localhost').pathname,
    header: (name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    },
    text: () => readBody(request),
  };
}

async function serve(service: LoopbackService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await service.answer(view(request)).catch((error: unknown) => {
    if (error instanceof AnswerLost) return error;
    const known = error instanceof ServiceError;
    return service.refuse(known ? error : new ServiceError(service.internalError, messageOf(error), 500));
  });
  if (!(answer instanceof AnswerLost)) {
    response.writeHead(answer.status, { ...answer.headers, 'x-amzn-requestid': randomUUID() });
    response.end(answer.body);
  } else if (answer.how === 'reset') response.destroy();
}

/**
 * Serves a service on a free port of the loopback interface. Step Functions, SSM and Lambda share this one server, so
 * that what is admitted, how large a body may be and how an error is worded is decided in one place. Signatures are not
 * looked at: who reaches 127.0.0.1 may do everything.
 * @throws Error when no port can be had.
 */
export async function serveOnLoopback(service: LoopbackService): Promise<LoopbackServer> {
  const server = createServer((request, response) => void serve(service, request, response));
  const address = await new Promise<AddressInfo | string | null>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server.address()));
  });
  if (address === null || typeof address === 'string') throw new Error('the loopback server has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
