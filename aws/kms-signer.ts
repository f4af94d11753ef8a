import { createPublicKey } from 'node:crypto';
import * as z from 'zod';
import type { Signer } from '../core/base/ports.ts';
import type { SignerPorts } from '../core/base/step-ports.ts';
import { publicPem } from '../core/base/signing-key.ts';
import { createBasePorts } from './base-ports.ts';
import { callService } from './call-service.ts';

const publicKeySchema = z.object({ PublicKey: z.string() });
const signatureSchema = z.object({ Signature: z.string() });

/** Signatures by a key of KMS, whose private half never leaves it. */
export function createKmsSigner(keyArn: string, call = callService): Signer {
  const [, , , region = ''] = keyArn.split(':');
  const ask = (operation: string, input: object) =>
    call({ service: 'kms', region, target: `TrentService.${operation}`, input: { KeyId: keyArn, ...input } });
  return {
    async publicKey() {
      const { PublicKey } = publicKeySchema.parse(await ask('GetPublicKey', {}));
      return publicPem(createPublicKey({ key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' }));
    },
    async sign(text) {
      const Message = Buffer.from(text).toString('base64');
      const answer = await ask('Sign', { Message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' });
      return signatureSchema.parse(answer).Signature;
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
