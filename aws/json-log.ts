import type { Log } from '../core/ports.ts';

type Level = 'INFO' | 'WARN';

/**
 * One line of JSON, with the names that Lambda's JSON log format filters by (`level`, `timestamp`). Written past
 * `console`, which would put the line as a text into another. A logger from a library weighed 6 kB in every bundle.
 */
function write(level: Level, message: string, fields: Parameters<Log['info']>[1] = {}): void {
  const line = { ...fields, timestamp: new Date().toISOString(), level, service: 'one-roof-release', message };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Structured log lines in CloudWatch; callers pass named fields, never SQL, tokens or rows. */
export function createJsonLog(): Log {
  return {
    info: (message, fields) => write('INFO', message, fields),
    warn: (message, fields) => write('WARN', message, fields),
  };
}
