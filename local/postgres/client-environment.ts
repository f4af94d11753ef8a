/** The server that a client tool connects to, and the role it connects as. */
export interface Connection {
  /** A host name, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly sslmode?: string;
}

/**
 * The environment for psql and pg_dump: this process's own without any PG* variable, plus the connection. The encoding
 * is fixed to UTF-8 and the time zone to UTC, because dumps and dates must read the same on every machine.
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
 * The same connection as a URL that psql, node-postgres and `new URL` all accept. The host is passed as a parameter,
 * because a socket folder cannot stand before the path.
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
