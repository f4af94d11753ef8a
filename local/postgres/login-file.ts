import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What a login is for; a password file has a line for each. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Folders of PostgreSQL's own sockets, for which a password file says `localhost`, as libpq does. */
const socketFolders = new Set(['', '/tmp', '/var/run/postgresql']);
const OTHERS_MAY_READ = 0o077;

function home(variables: Variables): string {
  return variables['HOME'] ?? homedir();
}

function fieldsOf(line: string): string[] {
  return (line.match(/(?:^|:)((?:\\.|[^:\\])*)/g) ?? []).map((field, index) =>
    (index === 0 ? field : field.slice(1)).replaceAll(/\\(.)/g, '$1'),
  );
}

/**
 * Reads a file that holds passwords. @throws UsageError when others can read it; libpq would ignore it without a
 * message.
 */
function readSecret(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return undefined;
  if ((found.mode & OTHERS_MAY_READ) !== 0)
    throw new UsageError(`${path} holds passwords, and others can read it: chmod 600 ${path}`);
  return readFileSync(path, 'utf8');
}

/** The password of a login in a password file; undefined when the file has none. */
function passwordIn(path: string, { host, port, database, user }: Login): string | undefined {
  const wanted = [socketFolders.has(host) ? 'localhost' : host, String(port), database, user];
  for (const line of (readSecret(path) ?? '').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [password, ...fields] = fieldsOf(line).reverse();
    const names = fields.reverse();
    if (names.length === 4 && names.every((name, index) => name === '*' || name === wanted[index])) return password;
  }
  return undefined;
}

/**
 * The password of a login, from where libpq takes it: PGPASSWORD, else the password file (PGPASSFILE or ~/.pgpass).
 * None of them can be seen in the list of processes, as an argument can.
 * @throws UsageError when others can read the password file.
 */
export function findPassword(login: Login, variables: Variables, passfile: string | undefined): string | undefined {
  const given = variables['PGPASSWORD'];
  if (given !== undefined && given !== '') return given;
  return passwordIn(passfile ?? variables['PGPASSFILE'] ?? join(home(variables), '.pgpass'), login);
}

/**
 * The settings of a service in a service file (PGSERVICEFILE or ~/.pg_service.conf), by name.
 * @throws UsageError when there is no such service.
 */
export function readService(name: string, variables: Variables): ReadonlyMap<string, string> {
  const path = variables['PGSERVICEFILE'] ?? join(home(variables), '.pg_service.conf');
  const found = statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : '';
  const settings = new Map<string, string>();
  let inside = false;
  let known = false;
  for (const line of found.split('\n').map((text) => text.trim())) {
    if (line.startsWith('[')) inside = line === `[${name}]`;
    known ||= inside;
    const [, key, value] = /^([a-z_]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (inside && key !== undefined && value !== undefined) settings.set(key, value);
  }
  if (known) return settings;
  throw new UsageError(`There is no service [${name}] in ${path} (PGSERVICEFILE names another file).`);
}
