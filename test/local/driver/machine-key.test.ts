import { verify } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createMachineSigner, publicKeyFile } from '../../../local/driver/machine-key.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'one-roof-key-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const place = () => join(folder, 'new');
const file = () => join(place(), 'signing-key', 'private.pem');

it('is made once, for its user alone, and what it signs holds under the public key beside it', async () => {
  const first = createMachineSigner(place());
  expect([file(), dirname(file())].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700]);
  const signed = await createMachineSigner(place()).sign('a head');
  const publicKey = await first.publicKey();
  expect(readFileSync(publicKeyFile(place()), 'utf8')).toBe(publicKey);
  expect(verify('sha256', Buffer.from('a head'), publicKey, Buffer.from(signed, 'base64'))).toBe(true);
});

it('is refused when others can read it or enter its folder, or it is none', () => {
  createMachineSigner(place());
  chmodSync(dirname(file()), 0o755);
  expect(() => createMachineSigner(place())).toThrow('signing-key is not yours alone');
  chmodSync(dirname(file()), 0o700);
  chmodSync(file(), 0o640);
  expect(() => createMachineSigner(place())).toThrow('is not yours alone');
  writeFileSync(file(), 'no key');
  chmodSync(file(), 0o600);
  expect(() => createMachineSigner(place())).toThrow('cannot be used');
});
