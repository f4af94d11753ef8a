import { createServer, type Server } from 'node:http';
import { createSsmCommands } from '../../aws/ssm-commands.ts';
import { CommandNotSent, CommandReadDenied, OutcomeUnknown } from '../../core/base/errors.ts';
import type { CommandChannel, SendRequest } from '../../core/base/ports.ts';

type Reply = { status: number; body: object } | 'reset' | 'silence' | 'cut';

/** True cuts a connection that comes with a second request, as a service does that gave it up meanwhile. */
let onceEach: boolean;

let server: Server;
let requests: { operation: string; body: Record<string, unknown> }[];
let replies: Record<string, Reply[]>;
let channel: CommandChannel;

const config = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true },
};

beforeEach(async () => {
  requests = [];
  replies = {};
  onceEach = false;
  const used = new WeakSet<object>();
  server = createServer((request, response) => {
    if (onceEach && used.has(request.socket)) return void request.socket.destroy();
    used.add(request.socket);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).replace('AmazonSSM.', '');
      requests.push({ operation, body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> });
      const queue = replies[operation] ?? [];
      const reply = queue.length > 1 ? queue.shift() : queue[0];
      if (reply === undefined || reply === 'silence') return;
      if (reply === 'reset') return void request.socket.destroy();
      if (reply === 'cut')
        return void (
          response.writeHead(200, { 'content-length': '100' }),
          response.write('{'),
          request.socket.destroy()
        );
      response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  channel = createSsmCommands({ ...config, endpoint: `http://127.0.0.1:${port}` });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const node = 'mi-0123456789abcdef0';
const request: SendRequest = {
  document: 'One-Roof-tier-3',
  documentVersion: '3',
  documentHash: 'b'.repeat(64),
  nodeId: node,
  comment: 'one-roof/0a1b2c3d4e5f/tier-3',
  parameters: { runId: '0a1b2c3d4e5f' },
  deliverySeconds: 45,
};
const ok = (body: object): Reply => ({ status: 200, body });
const fault = (name: string, status = 400): Reply => ({ status, body: { __type: name, message: 'no' } });
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a send', () => {
  it('pins document, version and hash, names one node, and sends no output to logs', async () => {
    replies.SendCommand = [ok({ Command: { CommandId: 'c1' } })];
    expect(await channel.send(request)).toBe('c1');
    expect(requests[0]?.body).toEqual({
      DocumentName: 'One-Roof-tier-3',
      DocumentVersion: '3',
      DocumentHash: 'b'.repeat(64),
      DocumentHashType: 'Sha256',
      InstanceIds: [node],
      TimeoutSeconds: 45,
      Comment: 'one-roof/0a1b2c3d4e5f/tier-3',
      Parameters: { runId: ['0a1b2c3d4e5f'] },
      CloudWatchOutputConfig: { CloudWatchOutputEnabled: false },
    });
  });

  it.each(['ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded'])(
    '%s: throttled, not sent',
    async (name) => {
      replies.SendCommand = [fault(name)];
      const error = await caught(channel.send(request));
      expect(error).toBeInstanceOf(CommandNotSent);
      expect((error as CommandNotSent).throttled).toBe(true);
      expect(requests).toHaveLength(1);
    },
  );

  it.each([
    'AccessDeniedException',
    'InvalidDocument',
    'InvalidDocumentVersion',
    'InvalidInstanceId',
    'InvalidParameters',
    'MaxDocumentSizeExceeded',
    'UnsupportedPlatformType',
    'ValidationException',
    'ExpiredTokenException',
  ])('%s: certainly not accepted', async (name) => {
    replies.SendCommand = [fault(name)];
    const error = await caught(channel.send(request));
    expect(error).toBeInstanceOf(CommandNotSent);
    expect((error as CommandNotSent).throttled).toBe(false);
    expect(String(error)).toContain(name);
  });

  it.each<[string, Reply]>([
    ['500', fault('InternalServerError', 500)],
    ['502 without a name', { status: 502, body: {} }],
    ['503', fault('ServiceUnavailable', 503)],
    ['a name we do not know', fault('BrandNewException')],
    ['a cut connection', 'reset'],
    ['half an answer', 'cut'],
    ['silence', 'silence'],
    ['an answer without a command id', ok({})],
  ])('%s: unknown, and not sent a second time', async (_name, reply) => {
    replies.SendCommand = [reply];
    expect(await caught(channel.send(request))).toBeInstanceOf(OutcomeUnknown);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['one after the other', async () => [await channel.send(request), await channel.send(request)]],
    ['after a read', async () => [await channel.read('c1', node), await channel.send(request)]],
    [
      'at once, and again at once',
      async () => {
        const both = () => Promise.all([channel.send(request), channel.send(request)]);
        return [...(await both()), ...(await both())];
      },
    ],
  ])('never comes on a connection that was used before, which may be given up already: %s', async (_what, sendAll) => {
    onceEach = true;
    replies.SendCommand = [ok({ Command: { CommandId: 'c1' } })];
    replies.GetCommandInvocation = [ok({ Status: 'Success', StatusDetails: 'Success', ResponseCode: 0 })];
    expect((await sendAll()).at(-1)).toBe('c1');
  });

  it('is not repeated even when the caller asks for retries', async () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const eager = createSsmCommands({ ...config, endpoint: `http://127.0.0.1:${port}`, maxAttempts: 5 });
    replies.SendCommand = [fault('InternalServerError', 500)];
    await caught(eager.send(request));
    expect(requests).toHaveLength(1);
  });

  it('without credentials was never made', async () => {
    const failing = () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    const without = createSsmCommands({ ...config, endpoint: 'http://127.0.0.1:9', credentials: failing });
    expect(await caught(without.send(request))).toBeInstanceOf(CommandNotSent);
  });
});

describe('reading', () => {
  it('gives status, details, code and output', async () => {
    const body = { Status: 'Success', StatusDetails: 'Success', ResponseCode: 0, StandardOutputContent: 'x' };
    replies.GetCommandInvocation = [ok(body)];
    const seen = { status: 'Success', statusDetails: 'Success', responseCode: 0, output: 'x' };
    expect(await channel.read('c1', node)).toEqual(seen);
  });

  it('is undefined while SSM does not know the command, and retries a bad moment', async () => {
    replies.GetCommandInvocation = [fault('InternalServerError', 500), fault('InvocationDoesNotExist')];
    expect(await channel.read('c1', node)).toBeUndefined();
    expect(requests).toHaveLength(2);
  });

  it('says when it is denied', async () => {
    replies.GetCommandInvocation = [fault('AccessDeniedException')];
    expect(await caught(channel.read('c1', node))).toBeInstanceOf(CommandReadDenied);
  });
});

it('finds commands by the beginning of their comment, over all pages', async () => {
  const command = (id: string, comment: string) => ({ CommandId: id, Comment: comment, Status: 'InProgress' });
  replies.ListCommands = [
    ok({ Commands: [command('c1', 'one-roof/aaa/tier-1'), command('c2', 'other')], NextToken: 'next' }),
    ok({ Commands: [command('c3', 'one-roof/aaa/tier-2'), { CommandId: 'c4' }] }),
  ];
  const found = await channel.find('one-roof/aaa/', new Date('2026-06-03T10:15:00.000Z'));
  expect(found.map(({ commandId }) => commandId)).toEqual(['c1', 'c3']);
  // With InstanceId, SSM would leave out the commands that have not reached the node.
  expect(requests[0]?.body).toEqual({ Filters: [{ key: 'InvokedAfter', value: '2026-06-03T10:15:00Z' }] });
});

describe('documents and nodes', () => {
  it('reads content and hash of one and the same version', async () => {
    replies.GetDocument = [ok({ Content: '{}', DocumentVersion: '7' })];
    replies.DescribeDocument = [ok({ Document: { Hash: 'b'.repeat(64) } })];
    expect(await channel.readDocument('d')).toEqual({ content: '{}', version: '7', hash: 'b'.repeat(64) });
    expect(requests[1]?.body).toEqual({ Name: 'd', DocumentVersion: '7' });
  });

  it('a document that does not exist is undefined', async () => {
    replies.GetDocument = [fault('InvalidDocument')];
    expect(await channel.readDocument('d')).toBeUndefined();
  });

  it('a node is online only when SSM says so', async () => {
    replies.DescribeInstanceInformation = [
      ok({ InstanceInformationList: [{ InstanceId: node, PingStatus: 'ConnectionLost', AgentVersion: '3.3.1' }] }),
      ok({ InstanceInformationList: [] }),
    ];
    expect(await channel.readNode(node)).toEqual({ online: false });
    expect(await channel.readNode(node)).toBeUndefined();
  });
});

it('cancels on the one node', async () => {
  replies.CancelCommand = [ok({})];
  await channel.cancel('c1', node);
  expect(requests[0]?.body).toEqual({ CommandId: 'c1', InstanceIds: [node] });
});
