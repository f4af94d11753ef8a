import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { Signer } from '../core/base/ports.ts';
import type { SignerPorts } from '../core/base/step-ports.ts';
import { publicPem } from '../core/base/signing-key.ts';
import { createBasePorts } from './base-ports.ts';
import { answersWithin } from './time-outs.ts';

/** @throws Error when KMS answered without it. */
function bytes(value: Uint8Array | undefined, what: string): Buffer {
  if (value === undefined) throw new Error(`KMS answered without ${what}`);
  return Buffer.from(value);
}

/** Signatures by a key of KMS, whose private half never leaves it. */
export function createKmsSigner(KeyId: string, client = new KMSClient({ requestHandler: answersWithin })): Signer {
  return {
    async publicKey() {
      const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }));
      return publicPem(createPublicKey({ key: bytes(PublicKey, 'a public key'), format: 'der', type: 'spki' }));
    },
    async sign(text) {
      const asked = {
        KeyId,
        Message: Buffer.from(text),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      } as const;
      const { Signature } = await client.send(new SignCommand(asked));
      return bytes(Signature, 'a signature').toString('base64');
    },
  };
}

/** The ports of the function that signs reports, on AWS. */
export function createSignerPorts(settings: {
  readonly EVIDENCE_BUCKET: string;
  readonly SIGNING_KEY: string;
}): SignerPorts {
  return { ...createBasePorts(settings), signer: createKmsSigner(settings.SIGNING_KEY) };
}
