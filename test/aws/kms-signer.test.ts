import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac, generateKeyPairSync, sign, verify } from 'node:crypto';
import { callService, type ServiceCall } from '../../aws/call-service.ts';
import { createKmsSigner } from '../../aws/kms-signer.ts';

const region = 'eu-central-1';
const keyArn = `arn:aws:kms:${region}:000000000000:key/00000000-0000-4000-8000-000000000000`;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 't',
};

/** A hash as the SDK wants one. */
class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(part: unknown) {
    this.#hash.update(part as string);
  }
  digest() {
    return Promise.resolve(this.#hash.digest());
  }
  reset() {
    throw new Error('is not used twice');
  }
}

const ofKms = new SignatureV4({ service: 'kms', region, credentials, sha256: Sha256 });
const call: ServiceCall = { service: 'kms', region, target: 'TrentService.Sign', input: { KeyId: keyArn } };

afterEach(() => jest.restoreAllMocks());

test('a call says which operation it wants, and is signed with the function’s own credentials', async () => {
  const asked: [string, RequestInit][] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation((url, init) => {
    asked.push([typeof url === 'string' ? url : '', init ?? {}]);
    return Promise.resolve(new Response('{"Signature":"AAAA"}'));
  });
  expect(await callService(call, ofKms)).toEqual({ Signature: 'AAAA' });
  const [[url, { headers, body }] = ['', {}]] = asked;
  expect([url, body]).toEqual(['https://kms.eu-central-1.amazonaws.com/', JSON.stringify({ KeyId: keyArn })]);
  const sent = new Headers(headers);
  expect(sent.get('x-amz-target')).toBe('TrentService.Sign');
  expect(sent.get('x-amz-security-token')).toBe('t');
  const scope = String.raw`AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-central-1/kms/aws4_request`;
  const names = 'content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target';
  expect(sent.get('authorization')).toMatch(new RegExp(`^${scope}, SignedHeaders=${names}, Signature=[0-9a-f]{64}$`));
});

test('what KMS answers is a key and a signature that fit each other', async () => {
  const asked: ServiceCall[] = [];
  const answers: Record<string, object> = {
    'TrentService.GetPublicKey': { PublicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') },
    'TrentService.Sign': { Signature: sign('sha256', Buffer.from('a head'), privateKey).toString('base64') },
  };
  const answer = (given: ServiceCall) => (asked.push(given), Promise.resolve(answers[given.target]));
  const signer = createKmsSigner(keyArn, answer);
  const pem = await signer.publicKey();
  expect(verify('sha256', Buffer.from('a head'), pem, Buffer.from(await signer.sign('a head'), 'base64'))).toBe(true);
  expect(asked.map(({ service, region: place }) => [service, place])).toEqual([
    ['kms', region],
    ['kms', region],
  ]);
  expect(asked[1]?.input).toEqual({
    KeyId: keyArn,
    Message: Buffer.from('a head').toString('base64'),
    MessageType: 'RAW',
    SigningAlgorithm: 'ECDSA_SHA_256',
  });
});

test.each([
  [400, 1, 'TrentService.Sign was refused with 400: {"__type":"DisabledException"}'],
  [500, 3, 'TrentService.Sign was refused with 500'],
  [0, 3, 'TrentService.Sign was not answered'],
])('an answer %i is asked for %i times, and the error says what was answered', async (status, times, words) => {
  const fetched = jest.spyOn(globalThis, 'fetch').mockImplementation(() => {
    const body = '{"__type":"DisabledException"}';
    return status === 0 ? Promise.reject(new Error('cut')) : Promise.resolve(new Response(body, { status }));
  });
  await expect(callService(call, ofKms)).rejects.toThrow(words);
  expect(fetched).toHaveBeenCalledTimes(times);
});
