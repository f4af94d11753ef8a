import { constants, closeSync, fstatSync, openSync, readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { utf8Text } from '../../core/base/utf8-text.ts';
import { type FoundFile, isRunFile, reportFolder } from '../../core/report/run-folder.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** The text of a regular file, never of what a link points to; undefined when its bytes are not UTF-8. */
function readText(file: string): string | undefined {
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) throw new UsageError(`${file} changed while it was read`);
    return utf8Text(readFileSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function kindOf(entry: Dirent): FoundFile['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symbolic link' : 'special file';
}

function readBelow(directory: string, prefix: string): FoundFile[] {
  return readdirSync(directory, { withFileTypes: true }).map((entry): FoundFile => {
    const [path, kind] = [`${prefix}${entry.name}`, kindOf(entry)];
    return kind === 'file' && isRunFile(path)
      ? { path, kind, text: readText(join(directory, entry.name)) }
      : { path, kind };
  });
}

/**
 * Everything that lies in the folder of a run, and in its folder of reports; links are not followed.
 * @throws UsageError when the folder cannot be read, or holds no file of a run.
 */
export function readRunFolder(directory: string): FoundFile[] {
  const hint = 'name the folder of one run, with its 0001.json and report.json';
  let found: FoundFile[];
  try {
    found = readBelow(directory, '');
    if (found.some(({ path, kind }) => path === reportFolder && kind === 'directory'))
      found.push(...readBelow(join(directory, reportFolder), `${reportFolder}/`));
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${directory} cannot be read: ${hint}`);
  }
  if (found.some(({ path, kind }) => kind === 'file' && isRunFile(path))) return found;
  throw new UsageError(`${directory} holds no evidence: ${hint}`);
}
