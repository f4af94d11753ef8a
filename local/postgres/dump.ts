import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { PostgresError } from './errors.ts';
import type { PostgresServer } from './server.ts';

const copyStart = /^COPY .+ FROM stdin;$/;
const copyEnd = '\\.';
/** Lines of pg_dump that say nothing about the database: a random key, and the versions of server and tool. */
const incidental = /^(\\(un)?restrict |-- Dumped (from|by) )/;

/**
 * The whole database as text: schema, owners, grants, comments, rows and sequence positions. Two dumps are equal
 * exactly when the databases are. pg_dump sorts objects by name and dependency but leaves rows in their order on disk;
 * the rows of each table are sorted here, so that a row that was removed and put back makes no difference. Roles and
 * settings of the database itself are not included. Only for the small fixture, because a string of Node ends at half a
 * gigabyte. Throws PostgresError.
 */
export async function dumpDatabase(server: PostgresServer, database: string): Promise<string> {
  const parts: string[] = [];
  for await (const lines of stableLines(pgDump(server, database))) parts.push(lines.join('\n'), '\n');
  return parts.join('');
}

/**
 * Writes the same text into a file, for a database of any size; the rows of one table are held in memory. Throws
 * PostgresError, or the file's own error.
 */
export async function dumpDatabaseTo(server: PostgresServer, database: string, path: string): Promise<void> {
  const file = createWriteStream(path);
  const written = finished(file);
  // Handles the rejection at once: it is awaited only below, and Node ends the process for an unhandled one.
  written.catch(() => undefined);
  try {
    for await (const lines of stableLines(pgDump(server, database))) {
      for (let start = 0; start < lines.length; start += 10_000) {
        const more = file.write(`${lines.slice(start, start + 10_000).join('\n')}\n`);
        if (!more) await Promise.race([written, new Promise<void>((resolve) => file.once('drain', () => resolve()))]);
      }
    }
  } finally {
    file.end();
  }
  await written;
}

/** The output of pg_dump, in pieces. */
async function* pgDump(server: PostgresServer, database: string): AsyncGenerator<string> {
  const child = spawn(join(server.bin, 'pg_dump'), ['-w', '-d', database], {
    env: server.environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = new Promise<number>((resolve) => {
    child.on('error', (error) => {
      complaint += error.message;
      resolve(128);
    });
    child.on('close', (code) => resolve(code ?? 128));
  });
  for await (const text of child.stdout.setEncoding('utf8')) yield String(text);
  const exitCode = await ended;
  if (exitCode !== 0) throw new PostgresError(`pg_dump of ${database} failed: ${complaint.trim()}`);
}

/**
 * Splits the text into lines (at \n only: names and bodies may hold other line ends), drops the incidental ones and
 * sorts the rows of each table.
 */
async function* stableLines(pieces: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = '';
  let rows: string[] | undefined;
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    const ready: string[] = [];
    for (const line of lines) {
      if (rows === undefined) {
        if (!incidental.test(line)) ready.push(line);
        if (copyStart.test(line)) rows = [];
      } else if (line === copyEnd) {
        for (const row of rows.sort()) ready.push(row);
        ready.push(line);
        rows = undefined;
      } else {
        rows.push(line);
      }
    }
    if (ready.length > 0) yield ready;
  }
  if (rows !== undefined && rows.length > 0) yield rows;
  if (rest !== '') yield [rest];
}
