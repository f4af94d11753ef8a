import { request as httpRequest } from 'node:http';
import { pageAdmission } from '../../../local/driver/admission.ts';
import { type LoopbackServer, serveOnLoopback } from '../../../local/driver/loopback-server.ts';
import { type SsmService, startSsm } from '../../../local/ssm/service.ts';
import { withKey } from './with-key.ts';

const key = '0123456789abcdef0123456789abcdef01234567';

let server: LoopbackServer;
let reached = 0;
beforeAll(async () => {
  server = await serveOnLoopback(
    {
      internalError: 'InternalServerError',
      refuse: ({ status, type, message }) => ({ status, headers: { type }, body: message }),
      answer: async (request) => {
        reached += 1;
        return { status: 200, headers: { type: 'ok' }, body: String((await request.text()).length) };
      },
    },
    key,
  );
});
afterAll(() => server.close());
beforeEach(() => (reached = 0));

interface Answer {
  readonly status: number | undefined;
  readonly type: unknown;
  readonly body: string;
}

/** Node's own client, because `fetch` sets Host and Origin itself. */
async function ask(headers: Record<string, string>, { path = '/', body = '{}', to = server } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(to.endpoint, { method: 'POST', path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['type'], body: text }));
    });
    request.on('error', reject).end(body);
  });
}

const port = () => new URL(server.endpoint).port;

test.each(['127.0.0.1', 'localhost', '[::1]'])('whoever has the key is served under the name %s', async (name) => {
  const headers = { ...withKey(key), host: `${name}:${port()}` };
  expect(await ask(headers)).toMatchObject({ status: 200, body: '2' });
});

test.each([
  ['no Authorization header', {}, 'MissingAuthenticationTokenException'],
  ['another scheme', { authorization: `Bearer ${key}` }, 'MissingAuthenticationTokenException'],
  ['the key that was once the same for everybody', withKey('local'), 'UnrecognizedClientException'],
  ['the beginning of the key', withKey(key.slice(0, -1)), 'UnrecognizedClientException'],
  ['no key at all', withKey(''), 'MissingAuthenticationTokenException'],
])('%s is refused, and says where the key is', async (_what, headers, type) => {
  const answer = await ask(headers);
  expect(answer).toMatchObject({ status: 403, type });
  expect(answer.body).toContain('one-roof local shows it');
  expect(answer.body).not.toContain(key);
  expect(reached).toBe(0);
});

test.each([
  ['a name that was rebound to 127.0.0.1', () => `attacker.example:${port()}`],
  ['our own name without the port', () => '127.0.0.1'],
  ['another port', () => '127.0.0.1:80'],
  ['a name that begins like ours', () => `127.0.0.1.nip.example:${port()}`],
])('Host: %s is refused, even with the key', async (_what, host) => {
  const answer = await ask({ ...withKey(key), host: host() });
  expect(answer).toMatchObject({ status: 403, type: 'AccessDeniedException' });
  expect(reached).toBe(0);
});

test.each(['https://attacker.example', 'null', 'http://127.0.0.1:8080', ''])(
  'Origin: %j is refused, even with the key',
  async (origin) => {
    const answer = await ask({ ...withKey(key), origin });
    expect(answer).toMatchObject({ status: 403, type: 'AccessDeniedException' });
    expect(reached).toBe(0);
  },
);

interface Sent {
  readonly status: number | undefined;
  readonly sent: number;
  readonly connection: string | undefined;
}

/** Sends up to 64 MB, as fast as the server takes them; answers the status, and how many bytes it took. */
async function sendForEver(headers: Record<string, string>): Promise<Sent> {
  const piece = Buffer.alloc(256 * 1024, 'x');
  return new Promise((resolve) => {
    let sent = 0;
    let status: number | undefined;
    let connection: string | undefined;
    const request = httpRequest(server.endpoint, { method: 'POST', headers });
    const more = () => {
      while (sent < 64 * 1024 * 1024 && !request.destroyed) {
        sent += piece.length;
        if (!request.write(piece)) return;
      }
      request.end();
    };
    request.on('response', (response) => {
      status = response.statusCode;
      connection = response.headers.connection;
      response.resume();
    });
    request.on('error', () => undefined).on('close', () => resolve({ status, sent, connection }));
    request.on('drain', more);
    more();
  });
}

test.each([
  ['that says its length', { 'content-length': String(64 * 1024 * 1024) }],
  ['that does not say its length', { 'transfer-encoding': 'chunked' }],
])('a body above 1 MB %s is refused while it is sent, and the rest is not read', async (_what, headers) => {
  const { status, sent, connection } = await sendForEver({ ...headers, ...withKey(key) });
  expect([status, connection]).toEqual([413, 'close']); // or the caller's next request is cut off with it
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

test('without the key no body is read', async () => {
  const { status, connection } = await sendForEver({ 'transfer-encoding': 'chunked' });
  expect([status, reached, connection]).toEqual([403, 0, 'close']);
});

test('a body of exactly 1 MB is read', async () => {
  const body = 'x'.repeat(1024 * 1024);
  expect(await ask({ ...withKey(key) }, { body })).toMatchObject({ status: 200, body: '1048576' });
});

test.each(['//', '/%', '/?x=%00', '*'])('the path %s neither ends the process nor the service', async (path) => {
  expect(await ask({ ...withKey(key) }, { path })).toMatchObject({ status: 200 });
});

describe('the page of this machine', () => {
  const own = '127.0.0.1:8080';
  test.each<[host: string | undefined, origin: string | undefined, admitted: boolean]>([
    [own, undefined, true],
    [own, `http://${own}`, true],
    ['localhost:8080', undefined, false],
    ['attacker.example:8080', undefined, false],
    ['127.0.0.1', undefined, false],
    [`${own}.nip.example`, `http://${own}`, false],
    [undefined, undefined, false],
    [own, 'https://attacker.example', false],
    [own, 'null', false],
    [own, 'http://127.0.0.1:8081', false],
    [own, `https://${own}`, false],
    [own, '', false],
  ])('with Host %s and Origin %s is open: %s', (host, origin, admitted) => {
    const headers = { ...(host === undefined ? {} : { host }), ...(origin === undefined ? {} : { origin }) };
    expect(pageAdmission(headers, 8080) === undefined).toBe(admitted);
  });
});

describe('a service that speaks AWS JSON', () => {
  let ssm: SsmService;
  beforeAll(async () => {
    ssm = await startSsm({ documents: {}, node: { id: 'mi-0123456789abcdef0' }, environment: {}, key });
  });
  afterAll(() => ssm.stop());

  const json = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.ListDocuments' };
  const send = async (headers: Record<string, string>, body = '{}') => {
    const answer = await ask({ ...withKey(key), ...headers }, { body, to: { ...server, ...ssm } });
    return { status: answer.status, ...(JSON.parse(answer.body) as object) };
  };

  test.each(['text/plain', 'text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'application/json', ''])(
    'Content-Type: %j is refused',
    async (type) => {
      const answer = await send({ ...json, 'content-type': type });
      expect(answer).toMatchObject({ status: 415, __type: 'UnsupportedMediaTypeException' });
    },
  );

  test('no Content-Type is refused', async () => {
    expect(await send({ 'x-amz-target': json['x-amz-target'] })).toMatchObject({ status: 415 });
  });

  test('a Content-Type with a character set is served', async () => {
    const answer = await send({ ...json, 'content-type': 'application/x-amz-json-1.1; charset=utf-8' });
    expect(answer).toMatchObject({ status: 200, DocumentIdentifiers: [] });
  });

  test.each(['{', 'null {', '{"a":1,}', '\u0000', '['.repeat(100_000)])(
    'JSON that is none is the caller’s mistake: %#',
    async (body) => {
      expect(await send(json, body)).toMatchObject({ status: 400, __type: 'SerializationException' });
    },
  );

  test.each([
    ['SendCommand', { DocumentName: '../../etc/passwd x', InstanceIds: ['mi-0123456789abcdef0'] }],
    ['GetDocument', { Name: 'a b' }],
    ['GetCommandInvocation', { CommandId: '../'.repeat(12), InstanceId: 'mi-0123456789abcdef0' }],
    ['CancelCommand', { CommandId: '-'.repeat(36) }],
    ['SendCommand', { DocumentName: 'one-roof-undo', InstanceIds: ['../mi'] }],
  ])('%s with an id that is no id is refused by its pattern', async (name, body) => {
    const answer = await send({ ...json, 'x-amz-target': `AmazonSSM.${name}` }, JSON.stringify(body));
    expect(answer).toMatchObject({ status: 400, __type: 'ValidationException' });
  });
});
