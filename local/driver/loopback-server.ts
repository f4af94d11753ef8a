import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '../../core/base/errors.ts';
import { type Admission, admissionProblem } from './admission.ts';
import type { LoopbackAddress } from './loopback-key.ts';
import { AnswerLost, ServiceError } from './service-error.ts';

/** Largest body that is read, in bytes: four times the 256 KB that a state of an execution may have. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/**
 * How long the connection of a request that was refused before it was read stays open, in milliseconds: a caller that
 * is cut off while it sends does not see the refusal.
 */
const LINGER_MS = 500;

/** A request as a service sees it. */
export interface LoopbackRequest {
  readonly method: string;
  readonly path: string;
  /** What follows the question mark of the address; empty when there is none. */
  readonly search: string;
  /** The first value of a name in the query; undefined when it is absent. */
  query(name: string): string | undefined;
  /** A header by its name in small letters; undefined when it is absent or was sent several times. */
  header(name: string): string | undefined;
  /** The whole body. @throws ServiceError RequestTooLargeException (413) above the limit; the rest is not read. */
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
  /** Whom it lets in, where that is not simply everybody who knows the key. */
  readonly admission?: Admission;
}

/** A running server. */
export interface LoopbackServer extends LoopbackAddress {
  /** Resolves when the port is closed; open connections are cut. */
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) {
      const words = `Request must be smaller than ${BODY_LIMIT_BYTES} bytes`;
      throw new ServiceError('RequestTooLargeException', words, 413);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function view(request: IncomingMessage): LoopbackRequest {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  return {
    method: request.method ?? '',
    path,
    search: query,
    query: (name) => new URLSearchParams(query).get(name) ?? undefined,
    header: (name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    },
    text: () => readBody(request),
  };
}

async function answerOf(
  service: LoopbackService,
  request: IncomingMessage,
  problem: ServiceError | undefined,
): Promise<LoopbackAnswer | AnswerLost> {
  try {
    if (problem !== undefined) throw problem;
    return await service.answer(view(request));
  } catch (error) {
    if (error instanceof AnswerLost) return error;
    const known = error instanceof ServiceError;
    return service.refuse(known ? error : new ServiceError(service.internalError, messageOf(error), 500));
  }
}

function send(answer: LoopbackAnswer | AnswerLost, request: IncomingMessage, response: ServerResponse): void {
  if (!(answer instanceof AnswerLost)) {
    // A caller that is not read to its end is cut off soon, and must not send its next request over the same connection.
    const last = request.complete ? {} : { connection: 'close' };
    response.writeHead(answer.status, { ...answer.headers, ...last, 'x-amzn-requestid': randomUUID() });
    response.end(answer.body);
    if (!request.complete) setTimeout(() => request.destroy(), LINGER_MS).unref();
  } else if (answer.how === 'reset') response.destroy();
}

/**
 * Serves a service on a free port of the loopback interface, to callers that know the key. Step Functions, SSM and
 * Lambda share this one server, so that who is admitted, how large a body may be and how an error is worded is decided
 * in one place.
 * @throws Error when no port can be had.
 */
export async function serveOnLoopback(service: LoopbackService, key: string): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    const { localPort: port = 0 } = request.socket;
    const problem =
      service.admission === undefined
        ? admissionProblem(request.headers, { port, key })
        : service.admission(request.headers, port);
    void answerOf(service, request, problem).then((answer) => send(answer, request, response));
  });
  const address = await new Promise<AddressInfo | string | null>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server.address()));
  });
  if (address === null || typeof address === 'string') throw new Error('the loopback server has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    key,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
