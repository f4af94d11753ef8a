import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { existsSync, linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, UsageError } from '../../core/base/errors.ts';
import type { Signer } from '../../core/base/ports.ts';
import { publicPem } from '../../core/base/signing-key.ts';
import { makeFolder } from './open-folder.ts';

const PRIVATE = 0o600;
const OTHERS = 0o077;

/** Makes the key unless it is there: it is linked when it is complete, and whoever comes second takes the first one. */
function makeKey(file: string): void {
  makeFolder(dirname(file), 0o700);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, privateKey.export({ format: 'pem', type: 'pkcs8' }), { flag: 'wx', mode: PRIVATE });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @throws UsageError when somebody else may enter or read it. */
function assertOwn(place: string): void {
  const { mode, uid } = lstatSync(place);
  if (uid === process.getuid?.() && (mode & OTHERS) === 0) return;
  throw new UsageError(`${place} is not yours alone: remove it, and the next release makes a new key`);
}

function readKey(file: string): KeyObject {
  for (const place of [dirname(file), file]) assertOwn(place);
  const key = createPrivateKey(readFileSync(file));
  if (key.asymmetricKeyType === 'ec') return key;
  throw new UsageError(`${file} is no key for signatures: remove it, and the next release makes a new one`);
}

/** The file with the public half, beside the key. */
export function publicKeyFile(folder: string): string {
  return join(folder, 'signing-key.pub');
}

function openKey(file: string): KeyObject {
  try {
    if (!existsSync(file)) makeKey(file);
    return readKey(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file}, the key that signs reports, cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Signatures by a key of this machine, `signing-key/private.pem` below a folder, which only its user can enter and read; it
 * is made at the first use. It stands in for the key of KMS, and reports say so. @throws UsageError when the file cannot be made or
 * used, or others can read it.
 */
export function createMachineSigner(folder: string): Signer {
  const key = openKey(join(folder, 'signing-key', 'private.pem'));
  const publicKey = publicPem(createPublicKey(key));
  writeFileSync(publicKeyFile(folder), publicKey);
  return {
    publicKey: () => Promise.resolve(publicKey),
    sign: (text) => Promise.resolve(sign('sha256', Buffer.from(text), key).toString('base64')),
  };
}
