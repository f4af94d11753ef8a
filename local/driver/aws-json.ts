import type * as z from 'zod';
import { messageOf } from '../../core/base/errors.ts';
import { assertContentType } from './admission.ts';
import { type LoopbackRequest, type LoopbackServer, type LoopbackService, serveOnLoopback } from './loopback-server.ts';
import { ServiceError } from './service-error.ts';

/** One operation of a service: checks the request's members and answers the response's, with times as Dates. */
export type Operation<Service> = (service: Service, body: unknown) => object;

/** A service that speaks AWS JSON: every request is a POST to `/` that names its operation in X-Amz-Target. */
export interface AwsJsonProtocol<Service> {
  /** What stands before the operation in X-Amz-Target, such as `AmazonSSM`. */
  readonly prefix: string;
  readonly version: '1.0' | '1.1';
  /** The operations that are served; every other name is answered as unknown. */
  readonly operations: ReadonlyMap<string, Operation<Service>>;
}

/** Turns an answer into what AWS JSON carries: times as seconds since the epoch (a number), no undefined. */
function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, toWire(member)]));
}

/**
 * Reads a request's members; unknown ones are ignored, as the services ignore them.
 * @throws ServiceError ValidationException naming the first member that is wrong.
 */
function readRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${issue?.path.join('.') ?? ''}' failed to satisfy constraint: ${issue?.message ?? ''}`,
  );
}

/** Makes an operation from the schema of its request and what it does. */
export function operation<Service, Schema extends z.ZodType>(
  schema: Schema,
  act: (service: Service, request: z.output<Schema>) => object,
): Operation<Service> {
  return (service, body) => act(service, readRequest(schema, body));
}

async function readJson(request: LoopbackRequest): Promise<unknown> {
  const text = await request.text();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw new ServiceError('SerializationException', messageOf(error));
  }
}

/** Serves AWS JSON on a free port of the loopback interface. @throws Error when no port can be had. */
export function serveAwsJson<Service>(
  protocol: AwsJsonProtocol<Service>,
  service: Service,
  key: string,
): Promise<LoopbackServer> {
  const { prefix, operations } = protocol;
  const contentType = `application/x-amz-json-${protocol.version}`;
  const headers = { 'content-type': contentType };
  const answer = (status: number, body: unknown) => ({ status, headers, body: JSON.stringify(body) });
  const served: LoopbackService = {
    internalError: 'InternalServerError',
    refuse: ({ status, type, message }) => answer(status, { __type: type, message }),
    answer: async (request) => {
      assertContentType(request.header('content-type'), [contentType]);
      const [owner, name = ''] = (request.header('x-amz-target') ?? '').split('.');
      const perform = owner === prefix && request.method === 'POST' ? operations.get(name) : undefined;
      if (perform === undefined) {
        throw new ServiceError('UnknownOperationException', `The operation ${name || '(none)'} is not served here`);
      }
      return answer(200, toWire(perform(service, await readJson(request))));
    },
  };
  return serveOnLoopback(served, key);
}
