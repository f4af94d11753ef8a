import { type LambdaService, startLambdaService } from '../../../local/functions/lambda-service.ts';
import type { BoundHandler } from '../../../local/functions/handlers.ts';
import { withKey } from '../driver/with-key.ts';

class GateUnreadable extends Error {
  override readonly name = 'GateUnreadable';
}

const functions = new Map<string, BoundHandler>([
  ['Echo', (event) => Promise.resolve({ event })],
  ['Nothing', () => Promise.resolve(undefined)],
  ['Fails', () => Promise.reject(new GateUnreadable('the gate could not be read'))],
]);
let service: LambdaService;
const key = '0123456789abcdef';
beforeAll(async () => {
  service = await startLambdaService(functions, key);
});
afterAll(() => service.stop());

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

async function invoke(
  name: string,
  body = '{}',
  more: Record<string, string> = {},
  qualifier?: string,
): Promise<Answer> {
  const headers = { ...withKey(key), 'content-type': 'application/json', ...more };
  const query = qualifier === undefined ? '' : `?Qualifier=${encodeURIComponent(qualifier)}`;
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations${query}`;
  const response = await fetch(`${service.endpoint}${path}`, { method: 'POST', body, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

test.each([
  ['Echo', '$LATEST'],
  ['Echo:1', '1'],
  ['Echo:$LATEST', '$LATEST'],
  ['arn:aws:lambda:eu-central-1:000000000000:function:Echo', '$LATEST'],
  ['arn:aws:lambda:eu-central-1:000000000000:function:Echo:1', '1'],
  ['function:Echo:1', '1'],
])(
  'a function is found as %s, gets the payload and answers 200 with its result, and with the version %s',
  async (name, version) => {
    const { status, body, headers } = await invoke(name, '{"input":{"ä":1}}');
    expect([status, body]).toEqual([200, { event: { input: { ä: 1 } } }]);
    expect(headers.get('x-amz-function-error')).toBeNull();
    expect(headers.get('x-amz-executed-version')).toBe(version);
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  },
);

test.each([
  ['Echo', '1', 200, '1'],
  ['Echo:1', '1', 200, '1'],
  ['Echo', '$LATEST', 200, '$LATEST'],
  ['Echo', '2', 404, null],
  ['Echo:2', undefined, 404, null],
  ['Echo', 'live', 404, null],
  ['Echo:1', '$LATEST', 400, null],
])('%s with the qualifier %s: %i, version %s', async (name, qualifier, status, version) => {
  const answer = await invoke(name, '{}', {}, qualifier);
  expect([answer.status, answer.headers.get('x-amz-executed-version')]).toEqual([status, version]);
});

test('no payload is an empty object, and a handler that returns nothing answers null', async () => {
  expect((await invoke('Echo', '')).body).toEqual({ event: {} });
  expect((await invoke('Nothing')).body).toBeNull();
});

test('a handler that throws is a 200 with X-Amz-Function-Error and the error as Lambda words it', async () => {
  const { status, body, headers } = await invoke('Fails');
  expect(status).toBe(200);
  expect(headers.get('x-amz-function-error')).toBe('Unhandled');
  expect(body).toEqual({ errorMessage: 'the gate could not be read', errorType: 'GateUnreadable', trace: [] });
});

test('DryRun invokes nothing', async () => {
  const { status, body } = await invoke('Fails', '{}', { 'x-amz-invocation-type': 'DryRun' });
  expect([status, body]).toEqual([204, undefined]);
});

describe('the service refuses in its own words', () => {
  test.each([
    ['an unknown function', 'Unknown', '{}', {}, 404, 'ResourceNotFoundException'],
    ['a payload that is no JSON', 'Echo', '{', {}, 400, 'InvalidRequestContentException'],
    ['a payload above 1 MB', 'Echo', `"${'x'.repeat(1024 * 1024)}"`, {}, 413, 'RequestTooLargeException'],
    ['a payload of a web form', 'Echo', '{}', { 'content-type': 'text/plain' }, 415, 'UnsupportedMediaTypeException'],
    ['no key', 'Echo', '{}', { authorization: '' }, 403, 'MissingAuthenticationTokenException'],
    ['the key of another', 'Echo', '{}', withKey('local'), 403, 'UnrecognizedClientException'],
    ['a name with an escape that is none', '%', '{}', {}, 404, 'UnknownOperationException'],
    ['an asynchronous call', 'Echo', '{}', { 'x-amz-invocation-type': 'Event' }, 400, 'InvalidParameterValueException'],
  ])('%s', async (_what, name, body, headers, status, type) => {
    const answer = await invoke(name, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-amzn-errortype')).toBe(type);
    expect(answer.body).toMatchObject({ Type: 'User', Message: expect.any(String) as unknown });
  });

  test('another path, another method', async () => {
    const paths = ['/', '/2015-03-31/functions/Echo', '/2015-03-31/functions/Echo/invocations'];
    const statuses = await Promise.all(
      paths.map(async (path) => (await fetch(`${service.endpoint}${path}`, { headers: withKey(key) })).status),
    );
    expect(statuses).toEqual([404, 404, 404]);
  });
});

test('only 127.0.0.1 is served', async () => {
  await expect(fetch(service.endpoint.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
});
