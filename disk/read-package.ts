import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import * as z from 'zod';
import { PackageInvalid } from '../core/base/errors.ts';
import { reviewFolder } from '../core/package/review.ts';
import { shownFolder } from './shown-folder.ts';

/** From these a trial database is built, the package tested and reviewed. They are never released, so nobody approves them. */
const UNRELEASED = ['fixture/', 'test/', reviewFolder];

/** Lossy decoding would make the digest of a file differ from what is sent, so a stray byte is an error. */
function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    throw new PackageInvalid(`${shownFolder(file)} cannot be read as UTF-8 text`, { cause: error });
  }
}

/** The engine's part of every package: what opens, guards, closes and proves a script. */
const RUNNER = 'runner/';
const engineRunner = join(__dirname, '../sql', RUNNER);

/**
 * Reads a package directory: path with forward slashes → text. Its fixture and its tests are left
 * out, and `runner/` is the engine's whatever lies there, so that a package cannot weaken it and need not carry it.
 * @throws PackageInvalid when the directory is missing or holds a file that is not UTF-8 text.
 */
export function readPackageFiles(directory: string): Map<string, string> {
  const own = readFiles(directory, (name) => ![...UNRELEASED, RUNNER].some((left) => name.startsWith(left)));
  const engine = [...readRunner()].map(([name, text]) => [RUNNER + name, text] as const);
  return new Map([...own, ...engine].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The files of `runner/` by their paths below it: the engine's SQL, without any package. */
export function readRunner(): Map<string, string> {
  return readFiles(engineRunner, () => true);
}

function readFiles(directory: string, wanted: (name: string) => boolean): Map<string, string> {
  let entries;
  try {
    entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw new PackageInvalid(`The package directory ${shownFolder(directory)} cannot be read`, { cause: error });
  }
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return { file, name: relative(directory, file).split(sep).join('/') };
      })
      .filter(({ name }) => wanted(name))
      .map(({ file, name }) => [name, readText(file)] as const),
  );
}

/**
 * Reads only the name of a package, from which the names of its state machines derive.
 * @throws PackageInvalid when the plan cannot be read or names no package.
 */
export function readPackageName(directory: string): string {
  const file = join(directory, 'release.json');
  try {
    return z.object({ name: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).name;
  } catch (error) {
    throw new PackageInvalid(`${shownFolder(file)} cannot be read, or names no package`, { cause: error });
  }
}
