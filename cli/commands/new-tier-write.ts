import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackageInvalid } from '../../core/base/errors.ts';

/**
 * Writes files so that either all of them have their new text or none: first beside their places, then moved there;
 * a failure moves back what was moved. @throws PackageInvalid with what the file system said.
 */
export function writeAllOrNothing(
  directory: string,
  before: ReadonlyMap<string, string>,
  changes: ReadonlyMap<string, string>,
): void {
  const [written, moved]: [string[], string[]] = [[], []];
  const draft = (path: string): string => join(directory, `${path}.new-tier`);
  try {
    for (const [path, text] of changes) {
      writeFileSync(draft(path), text, { flag: 'wx' });
      written.push(path);
    }
    for (const path of changes.keys()) {
      renameSync(draft(path), join(directory, path));
      moved.push(path);
    }
  } catch (error) {
    for (const path of written) rmSync(draft(path), { force: true });
    for (const path of moved) {
      const text = before.get(path);
      if (text === undefined) rmSync(join(directory, path), { force: true });
      else writeFileSync(join(directory, path), text);
    }
    const reason = error instanceof Error ? error.message : 'the file system refused';
    throw new PackageInvalid(`Nothing was written: ${reason}`, { cause: error });
  }
}
