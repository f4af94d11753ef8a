import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPassword, readService } from '../../../local/postgres/login-file.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'one-roof-login-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const login = { host: 'db.example', port: 5433, database: 'directus', user: 'workflow_admin' };
function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

test.each<[line: string, password: string | undefined]>([
  ['db.example:5433:directus:workflow_admin:right', 'right'],
  ['*:*:*:*:right', 'right'],
  ['*:*:*:other:wrong\n*:5433:*:workflow_admin:right', 'right'],
  ['# *:*:*:*:wrong\n\n*:*:*:*:right', 'right'],
  ['*:*:*:*:with\\:colon\\\\and space ', 'with:colon\\and space '],
  ['*:*:*:*:', ''],
  ['db.example:5432:directus:workflow_admin:wrong', undefined],
  ['*:*:*:wrong', undefined],
  ['', undefined],
])('a password file that says %j', (text, password) => {
  expect(findPassword(login, { PGPASSFILE: file('passwords', text) }, undefined)).toBe(password);
  expect(findPassword(login, { HOME: folder }, join(folder, 'passwords'))).toBe(password);
});

test('~/.pgpass is read, PGPASSFILE comes before it and PGPASSWORD before both', () => {
  file('.pgpass', '*:*:*:*:of the home folder');
  const other = file('other', '*:*:*:*:of the other file');
  expect(findPassword(login, { HOME: folder }, undefined)).toBe('of the home folder');
  expect(findPassword(login, { HOME: folder, PGPASSFILE: other }, undefined)).toBe('of the other file');
  expect(findPassword(login, { HOME: folder, PGPASSFILE: other, PGPASSWORD: 'direct' }, undefined)).toBe('direct');
  expect(findPassword(login, { HOME: join(folder, 'none') }, undefined)).toBeUndefined();
});

test.each([0o640, 0o604, 0o660])('a password file of mode %o is refused, with the remedy', (mode) => {
  const path = file('passwords', '*:*:*:*:x', mode);
  expect(() => findPassword(login, { PGPASSFILE: path }, undefined)).toThrow(`chmod 600 ${path}`);
});

test.each(['/tmp', '/var/run/postgresql'])('a socket in %s is localhost in a password file', (host) => {
  const path = file('passwords', 'localhost:*:*:*:right');
  expect(findPassword({ ...login, host }, { PGPASSFILE: path }, undefined)).toBe('right');
  expect(findPassword({ ...login, host: '/elsewhere' }, { PGPASSFILE: path }, undefined)).toBeUndefined();
});

test('a service has its own settings only, and one that is missing is said so', () => {
  const path = file(
    'services',
    '# ours\n[other]\nhost=wrong\n[ours]\nhost = db.example\nport=5433\n#user=x\n[last]\nuser=wrong\n',
  );
  const settings = readService('ours', { PGSERVICEFILE: path });
  expect(Object.fromEntries(settings)).toEqual({ host: 'db.example', port: '5433' });
  expect(() => readService('theirs', { PGSERVICEFILE: path })).toThrow(`There is no service [theirs] in ${path}`);
});
