import { existsSync, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf, UsageError } from '../../core/base/errors.ts';

/**
 * Makes a folder, and its parents one by one: Node's recursive mkdir never returns where a parent exists but refuses
 * with ENOENT, as /proc does. @throws Node's error.
 */
export function makeFolder(folder: string, mode = 0o777): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(resolve(folder)), mode);
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another process was first
  }
}

/**
 * Makes a folder and proves that files can be made in it, before anything is started that would have to be stopped.
 * @throws UsageError, which begins with `what`.
 */
export function openFolder(folder: string, what: string, mode?: number): void {
  try {
    makeFolder(folder, mode);
    rmdirSync(mkdtempSync(join(folder, '.one-roof-')));
  } catch (error) {
    throw new UsageError(`${what} ${folder}: no files can be made there (${messageOf(error)})`, { cause: error });
  }
}
