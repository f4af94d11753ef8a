/** Where and as whom a client tool connects. */
export interface Connection {
  /** A host name, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly sslmode?: string;
}

/**
 * The environment for psql and pg_dump: this process's own without any PG* variable, then the connection.
 * UTF-8 and UTC are fixed, because dumps and dates must read the same on every machine.
 */
export function clientEnvironment(connection: Connection): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('PG')) environment[name] = value;
  }
  return {
    ...environment,
    PGHOST: connection.host,
    PGPORT: String(connection.port),
    PGUSER: connection.user,
    PGCLIENTENCODING: 'UTF8',
    PGTZ: 'UTC',
    ...(connection.password === undefined ? {} : { PGPASSWORD: connection.password }),
    ...(connection.sslmode === undefined ? {} : { PGSSLMODE: connection.sslmode }),
  };
}

/**
 * The same connection as a URL that psql, node-postgres and `new URL` all accept. The host is a parameter:
 * a socket folder does not fit before the path.
 */
export function connectionUrl(connection: Connection, database: string): string {
  const url = new URL(`postgresql:///${encodeURIComponent(database)}`);
  url.searchParams.set('host', connection.host);
  url.searchParams.set('port', String(connection.port));
  url.searchParams.set('user', connection.user);
  if (connection.password !== undefined) url.searchParams.set('password', connection.password);
  if (connection.sslmode !== undefined) url.searchParams.set('sslmode', connection.sslmode);
  return url.href;
}
