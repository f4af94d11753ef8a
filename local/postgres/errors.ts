/** PostgreSQL on this machine could not do what was asked. The message is one line for the person at the terminal. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
}
