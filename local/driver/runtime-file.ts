import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { UsageError } from '../../core/base/errors.ts';
import { parseJsonAs } from '../../core/base/json.ts';

/** What another terminal needs to know of a running local runtime. Holds no secret: there is none. */
const runtimeFileSchema = z.object({
  name: z.string(),
  pid: z.int().positive(),
  startedAt: z.iso.datetime(),
  stepFunctions: z.url(),
  ssm: z.url(),
  lambda: z.url(),
  region: z.string(),
  releaseArn: z.string(),
  rollbackArn: z.string(),
  database: z.string(),
  psql: z.string(),
  evidenceFolder: z.string(),
  packageDirectory: z.string(),
});

/** @see runtimeFileSchema */
export type RuntimeFile = z.output<typeof runtimeFileSchema>;

/** Name of a runtime: it is a file name, so it stays plain. */
const runtimeName = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/**
 * Path of the file of the runtime of that name.
 * @throws UsageError when the name cannot be one.
 */
export function runtimePath(folder: string, name: string): string {
  if (!runtimeName.test(name)) {
    throw new UsageError(`--name ${name}: use up to 40 small letters, digits, hyphens and underscores`);
  }
  return join(folder, `${name}.json`);
}

function readIfThere(path: string): RuntimeFile | undefined {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const file = parseJsonAs(runtimeFileSchema, text);
  if (file === undefined) throw new UsageError(`${path} is not the file of a local runtime; remove it`);
  return file;
}

/** Whether the process that wrote a file still runs; a process of somebody else counts (EPERM). */
function isAlive({ pid }: RuntimeFile): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function stale(path: string, { pid, name }: RuntimeFile): string {
  return `The local runtime "${name}" is gone (process ${pid}); ${path} was left behind.`;
}

/**
 * Reads the file of one runtime.
 * @throws UsageError when there is none, or when its process is gone (the file is stale).
 */
export function readRuntimeFile(path: string): RuntimeFile {
  const runtime = readIfThere(path);
  if (runtime === undefined) throw new UsageError(`${path} does not exist. Start a runtime with: one-roof local`);
  if (!isAlive(runtime)) throw new UsageError(`${stale(path, runtime)} Start a new one with: one-roof local`);
  return runtime;
}

function readAll(folder: string): { readonly path: string; readonly runtime: RuntimeFile }[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    const runtime = readIfThere(path);
    return runtime === undefined ? [] : [{ path, runtime }];
  });
}

/**
 * The only runtime that runs.
 * @throws UsageError when none does (naming files that dead ones left behind), or when several do (naming them).
 */
export function onlyRuntime(folder: string): RuntimeFile {
  const all = readAll(folder);
  const alive = all.filter(({ runtime }) => isAlive(runtime));
  const [first] = alive;
  if (first !== undefined && alive.length === 1) return first.runtime;
  if (first === undefined) {
    const left = all.map(({ path, runtime }) => `\n${stale(path, runtime)}`).join('');
    throw new UsageError(`No local runtime is running. Start one in another terminal: one-roof local${left}`);
  }
  const names = alive.map(({ runtime }) => `--name ${runtime.name}`).join(', ');
  throw new UsageError(`Several local runtimes are running; say which: ${names}`);
}

/**
 * Announces a runtime; the stale file of a dead one is replaced, and `onStale` is told.
 * @throws UsageError when a runtime of that name is running.
 */
export function writeRuntimeFile(path: string, runtime: RuntimeFile, onStale: (text: string) => void): void {
  assertFree(path, onStale);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${JSON.stringify(runtime, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new UsageError(`${path} cannot be written`, { cause: error });
  }
}

/**
 * Makes sure that no runtime of that name runs, and removes what a dead one left behind.
 * @throws UsageError when one is running.
 */
export function assertFree(path: string, onStale: (text: string) => void): void {
  const before = readIfThere(path);
  if (before === undefined) return;
  if (isAlive(before)) {
    throw new UsageError(
      `The local runtime "${before.name}" is running already (process ${before.pid}); choose another name with --name`,
    );
  }
  onStale(`${stale(path, before)} It is replaced.`);
  rmSync(path, { force: true });
}

/** Takes the announcement back, unless it has become another process's. */
export function removeRuntimeFile(path: string): void {
  if (readIfThere(path)?.pid === process.pid) rmSync(path, { force: true });
}
