import type { Log } from '../core/base/ports.ts';

type Fields = Parameters<Log['with']>[0];
type Level = 'INFO' | 'WARN';

/**
 * One line of JSON, with the names that Lambda's JSON log format filters by (`level`, `timestamp`). Written past
 * `console`, which would put the line as a text into another. Why no library: docs/decisions.md, "Stack".
 */
function write(level: Level, message: string, fields: Fields): void {
  const line = { ...fields, timestamp: new Date().toISOString(), level, service: 'one-roof-release', message };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Structured log lines in CloudWatch; callers pass named fields, never SQL, tokens or rows. */
export function createJsonLog(always: Fields = {}): Log {
  return {
    info: (message, fields) => write('INFO', message, { ...always, ...fields }),
    warn: (message, fields) => write('WARN', message, { ...always, ...fields }),
    with: (fields) => createJsonLog({ ...always, ...fields }),
  };
}
