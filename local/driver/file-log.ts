import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { visible } from '../../core/base/visible.ts';
import type { Log } from '../../core/base/ports.ts';
import { makeFolder } from './open-folder.ts';

type Fields = Parameters<Log['with']>[0];

/** Name of the file in the evidence folder that holds the log lines of all functions. */
const FILE = 'functions.log';

function toFile(file: string, always: Fields): Log {
  const write =
    (level: 'INFO' | 'WARN') =>
    (message: string, fields: Fields = {}) => {
      const line = { level, timestamp: new Date().toISOString(), message, ...always, ...fields };
      appendFileSync(file, `${visible(JSON.stringify(line))}\n`);
    };
  return { info: write('INFO'), warn: write('WARN'), with: (fields) => toFile(file, { ...always, ...fields }) };
}

/** The functions' log on this machine, with the field names that it has on AWS. */
export function createFileLog(folder: string): Log {
  makeFolder(folder);
  return toFile(join(folder, FILE), {});
}

/** A log that drops every line, for a caller that drives the functions itself and reads the evidence. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, with: () => silentLog };
