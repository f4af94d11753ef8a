import { inPackage, PackageInvalid } from '../base/errors.ts';

/** Where a line stands in the package: the file and the line that a person can open. */
export interface Place {
  /** Path below the package folder. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** An include that cannot be followed: where it stands, what is wrong with it, and what to do. */
export interface IncludeProblem extends Place {
  readonly message: string;
  readonly fix: string;
}

/** A script with its includes resolved. */
export interface Flattened {
  readonly text: string;
  /** The place that a line of `text` (counted from 1) was read from; a line beyond the end is the last one. */
  readonly origin: (line: number) => Place;
}

interface SourceLine extends Place {
  readonly text: string;
}

/** What was read so far, and what could not be. */
interface Reading {
  readonly lines: SourceLine[];
  readonly problems: IncludeProblem[];
}

/** Depth to which includes may be nested. psql allows more, but a person could no longer follow it. */
const MAX_DEPTH = 8;
/** A bound against includes that multiply: the largest script of One-Roof has a fiftieth of it. */
const MAX_LINES = 100_000;

/** What every form of include begins with. */
const includeStart = '\\i';
const includeForm = /^\\ir[ \t]+([A-Za-z0-9_./-]+)[ \t]*$/;
const anyInclude = /^[ \t]*\\(i|ir|include|include_relative)(?![A-Za-z_])/;
const writeIt =
  'write \\ir and a path relative to this file, alone on its line from column 0, such as \\ir ../plan.sql';

/** Whether a text may include anything: what holds no include needs no reading. */
export function mayInclude(text: string): boolean {
  return text.includes(includeStart);
}

/** The lines of a text; a line break at its end begins no further line. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** The path below the package folder that an include in the file `from` means, or undefined when it leads out of it. */
export function resolvedPath(from: string, target: string): string | undefined {
  if (target.startsWith('/')) return undefined;
  const folder = from.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..' && folder.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') folder.push(part);
  }
  return folder.join('/');
}

/** What is wrong with an include of `path`, whose text `files` holds if it is there; `open` are the files around it. */
function refusalOf(files: ReadonlyMap<string, string>, path: string | undefined, open: readonly string[]) {
  if (path === undefined)
    return { message: 'includes a file outside the package', fix: 'include only files of the package' };
  if (open.includes(path))
    return {
      message: `includes ${path}, which includes this file: ${[...open.slice(open.indexOf(path)), path].join(' > ')}`,
      fix: 'take one of these includes out',
    };
  if (!files.has(path))
    return { message: `includes ${path}, which is not there`, fix: 'write that file, or mend the path' };
  if (open.length >= MAX_DEPTH)
    return { message: `includes are nested more than ${MAX_DEPTH} deep`, fix: 'include the file further out' };
  return undefined;
}

function read(files: ReadonlyMap<string, string>, open: readonly string[], reading: Reading): Reading {
  const file = open.at(-1) ?? '';
  for (const [index, text] of linesOf(files.get(file) ?? '').entries()) {
    // Most lines are no include: two patterns on each of 40,000 took half of the time of a check.
    if (!mayInclude(text)) {
      reading.lines.push({ file, line: index + 1, text });
      continue;
    }
    const place = { file, line: index + 1 };
    const target = includeForm.exec(text)?.[1];
    if (target === undefined) {
      const command = anyInclude.exec(text)?.[1];
      if (command === undefined) reading.lines.push({ ...place, text });
      else
        reading.problems.push({
          ...place,
          message: `\\${command} is not an include that can be resolved`,
          fix: writeIt,
        });
      continue;
    }
    const path = resolvedPath(file, target);
    const refused = refusalOf(files, path, open);
    if (refused !== undefined) reading.problems.push({ ...place, ...refused });
    else if (reading.lines.length < MAX_LINES) read(files, [...open, path ?? ''], reading);
  }
  return reading;
}

/**
 * A script with its includes resolved as far as they can be, and every include that cannot. For whoever judges a
 * package that may be broken; whoever sends it wants {@link flatten}.
 */
export function readIncludes(
  files: ReadonlyMap<string, string>,
  path: string,
): { readonly flattened: Flattened; readonly problems: readonly IncludeProblem[] } {
  const { lines, problems } = read(files, [path], { lines: [], problems: [] });
  if (lines.length >= MAX_LINES) {
    const message = `has more than ${MAX_LINES} lines with everything it includes`;
    problems.push({ file: path, line: 1, message, fix: 'look for a file that is included again and again' });
  }
  const last = { file: path, line: 1 };
  const origin = (line: number): Place => {
    const { file, line: at } = lines[line - 1] ?? lines.at(-1) ?? last;
    return { file, line: at };
  };
  return { flattened: { text: lines.map(({ text }) => `${text}\n`).join(''), origin }, problems };
}

/**
 * A script with each `\ir` replaced by the lines of the file that it names. One text can travel in a command document
 * or through stdin, where psql could not find the other files; psql does the same with it as with the files, as long
 * as `one-roof check` has no findings.
 * @throws PackageInvalid with file, line and remedy for each include that is missing, circular or outside the package,
 * and for every other form of include; when the script itself is not there.
 */
export function flatten(files: ReadonlyMap<string, string>, path: string): Flattened {
  if (!files.has(path)) throw new PackageInvalid(`${inPackage(path)} is missing; the plan or the runner needs it`);
  const { flattened, problems } = readIncludes(files, path);
  if (problems.length === 0) return flattened;
  throw new PackageInvalid(
    problems.map(({ file, line, message, fix }) => `${inPackage(file)}:${line} ${message}; ${fix}`).join('\n'),
  );
}

/**
 * The paths of the files that any file includes directly: what is only a piece of a script, and no script by itself.
 */
export function includedFiles(files: ReadonlyMap<string, string>): Set<string> {
  const included = new Set<string>();
  for (const [file, text] of files) {
    if (!file.endsWith('.sql') || !mayInclude(text)) continue;
    for (const line of linesOf(text)) {
      const target = includeForm.exec(line)?.[1];
      const path = target === undefined ? undefined : resolvedPath(file, target);
      if (path !== undefined) included.add(path);
    }
  }
  return included;
}

/** A script and every file that it includes, itself or through another one; what is not there is left out. */
export function reachedFiles(files: ReadonlyMap<string, string>, path: string): Set<string> {
  const reached = new Set<string>();
  const open = [path];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const text = files.get(file);
    if (text === undefined || reached.has(file)) continue;
    reached.add(file);
    open.push(...includedFiles(new Map([[file, text]])));
  }
  return reached;
}

/** The lines of a text (counted from 1) that flattening takes for includes. */
export function includedLines(text: string): number[] {
  return linesOf(text).flatMap((line, index) => (includeForm.test(line) ? [index + 1] : []));
}
