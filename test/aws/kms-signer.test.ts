import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { createKmsSigner } from '../../aws/kms-signer.ts';

const keyArn = 'arn:aws:kms:eu-central-1:000000000000:key/00000000-0000-4000-8000-000000000000';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A client that answers what it is asked for, and remembers the question. */
function client(answers: Readonly<Record<string, object>>) {
  const asked: object[] = [];
  const send = (command: { readonly input: object }) => {
    asked.push(command.input);
    return Promise.resolve(answers[command.constructor.name] ?? {});
  };
  return { asked, client: { send } as unknown as KMSClient };
}

test('what KMS answers is a key and a signature that fit each other', async () => {
  const kms = client({
    GetPublicKeyCommand: { PublicKey: publicKey.export({ format: 'der', type: 'spki' }) },
    SignCommand: { Signature: sign('sha256', Buffer.from('a head'), privateKey) },
  });
  const signer = createKmsSigner(keyArn, kms.client);
  const pem = await signer.publicKey();
  expect(verify('sha256', Buffer.from('a head'), pem, Buffer.from(await signer.sign('a head'), 'base64'))).toBe(true);
  expect(kms.asked).toEqual([
    { KeyId: keyArn },
    { KeyId: keyArn, Message: Buffer.from('a head'), MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' },
  ]);
});

test('an answer without a key or a signature is an error that says so', async () => {
  const signer = createKmsSigner(keyArn, client({}).client);
  await expect(signer.publicKey()).rejects.toThrow('KMS answered without a public key');
  await expect(signer.sign('a head')).rejects.toThrow('KMS answered without a signature');
});
