import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SsmError } from './errors.ts';
import type { FaultPolicy } from './faults.ts';
import { AnswerLost, SsmNode } from './node.ts';
import { operations } from './operations.ts';

/** The initial state of an SSM account with one node. */
export interface SsmOptions {
  /** Content of each command document, by name; each becomes version 1. */
  readonly documents: Readonly<Record<string, unknown>>;
  readonly node: { readonly id: string; readonly agentVersion?: string };
  /** Environment of the agent's child processes. Its PATH decides whether `docker` is the stand-in or a real client. */
  readonly environment: Readonly<Record<string, string>>;
  readonly now?: () => Date;
}

/** SSM Run Command on the loopback interface, with an agent that runs the commands on this machine. */
export interface SsmService {
  /** `http://127.0.0.1:<port>`, for `AWS_ENDPOINT_URL_SSM` or a client's `endpoint`. */
  readonly endpoint: string;
  /** Creates a document, or a new default version of it, as a deployment does. */
  putDocument(name: string, content: unknown): void;
  /** Sets what goes wrong from now on; without an argument, nothing does. */
  setFaults(policy?: FaultPolicy): void;
  /** Sets whether the node is online. An offline node takes no commands and shows ConnectionLost. */
  setOnline(online: boolean): void;
  /** Ends the service and every process that it started, but not processes that were detached into a container. */
  stop(): Promise<void>;
}

/** Newer than 3.3.2746.0, the first version that exports parameters as environment variables. */
const AGENT_VERSION = '3.3.3572.0';
const target = /^AmazonSSM\.([A-Za-z]+)$/;

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

async function perform(node: SsmNode, request: IncomingMessage): Promise<object> {
  const header = request.headers['x-amz-target'];
  const name = typeof header === 'string' ? target.exec(header)?.[1] : undefined;
  const operation = name === undefined ? undefined : operations.get(name);
  if (operation === undefined)
    throw new SsmError('UnknownOperationException', `${name ?? 'nothing'} is not served here`);
  return operation(node, await readBody(request));
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}

async function serve(node: SsmNode, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    answer(response, 200, await perform(node, request));
  } catch (error) {
    if (error instanceof AnswerLost) {
      if (error.how === 'reset') response.destroy();
      return; // silence: the client gives up by itself
    }
    const known = error instanceof SsmError ? error : new SsmError('InternalServerError', String(error), 500);
    answer(response, known.status, { __type: known.type, message: known.message });
  }
}

/** Starts the service on a free port of the loopback interface. Signatures are not checked. */
export async function startSsm(options: SsmOptions): Promise<SsmService> {
  const node = new SsmNode({
    id: options.node.id,
    agentVersion: options.node.agentVersion ?? AGENT_VERSION,
    environment: options.environment,
    now: options.now ?? (() => new Date()),
  });
  for (const [name, content] of Object.entries(options.documents)) node.documents.put(name, content);
  const server = createServer((request, response) => void serve(node, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    putDocument: (name, content) => void node.documents.put(name, content),
    setFaults: (policy = () => undefined) => void (node.faults = policy),
    setOnline: (online) => void (node.online = online),
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, node.stop()]);
    },
  };
}
