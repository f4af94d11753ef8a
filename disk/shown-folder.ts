import { isAbsolute, relative } from 'node:path';
import { namingPackage, PackageInvalid } from '../core/base/errors.ts';

/** A folder or a file as people read it in a message: from where they stand, unless it lies elsewhere. */
export function shownFolder(directory: string): string {
  const path = relative(process.cwd(), directory);
  if (path === '') return '.';
  return path.startsWith('..') || isAbsolute(path) ? directory : path;
}

/** Does something with the package of a folder, and names that folder where a message means it. @throws what was thrown. */
export function inFolder<Result>(directory: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof PackageInvalid)) throw error;
    throw new PackageInvalid(namingPackage(error.message, shownFolder(directory)), { cause: error });
  }
}
