import { visible } from '../core/base/visible.ts';
import type { Log } from '../core/base/ports.ts';

type Fields = Parameters<Log['with']>[0];
type Level = 'INFO' | 'WARN';

/**
 * Writes one line of JSON, with the names that Lambda's JSON log format filters by (`level`, `timestamp`). It does not
 * use `console`, which would wrap the line as text inside another one. Why no library is used: docs/decisions.md,
 * "Stack".
 */
function write(level: Level, message: string, fields: Fields): void {
  const line = { ...fields, timestamp: new Date().toISOString(), level, service: 'one-roof-release', message };
  process.stdout.write(`${visible(JSON.stringify(line))}\n`);
}

/** Structured log lines in CloudWatch. Callers pass named fields, never SQL, tokens or rows. */
export function createJsonLog(always: Fields = {}): Log {
  return {
    info: (message, fields) => write('INFO', message, { ...always, ...fields }),
    warn: (message, fields) => write('WARN', message, { ...always, ...fields }),
    with: (fields) => createJsonLog({ ...always, ...fields }),
  };
}
