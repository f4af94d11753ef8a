import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { messageOf, UsageError } from '../../core/base/errors.ts';
import { parseJsonAs } from '../../core/base/json.ts';
import { makeFolder } from './open-folder.ts';
import { isAlive } from './own-folder.ts';

/**
 * What another terminal needs to know about a running local runtime. Only its owner may read the file (mode 600),
 * because it holds the runtime's key.
 */
const runtimeFileSchema = z.object({
  name: z.string(),
  pid: z.int().positive(),
  startedAt: z.iso.datetime(),
  /** Access key of the three services. */
  key: z.string(),
  stepFunctions: z.url(),
  ssm: z.url(),
  lambda: z.url(),
  /** Address of the approver's page for a run, with `RUN` for its id, and the key of its sign-in. */
  page: z.url().optional(),
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

/** Name of a runtime. It is used as a file name, so only plain characters are allowed. */
const runtimeName = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** Path of the file of the runtime with this name. @throws UsageError when the name is not allowed. */
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

function stale(path: string, { pid, name }: RuntimeFile): string {
  return `The local runtime "${name}" is gone (process ${pid}); ${path} was left behind.`;
}

/**
 * Reads the file of one runtime. @throws UsageError when the file does not exist, or is stale because its process has
 * ended.
 */
export function readRuntimeFile(path: string): RuntimeFile {
  const runtime = readIfThere(path);
  if (runtime === undefined) throw new UsageError(`${path} does not exist. Start a runtime with: one-roof local`);
  if (!isAlive(runtime.pid)) throw new UsageError(`${stale(path, runtime)} Start a new one with: one-roof local`);
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
 * Finds the one running runtime. @throws UsageError when none runs (naming the stale files of ended ones), or when
 * several run (naming them).
 */
export function onlyRuntime(folder: string): RuntimeFile {
  const all = readAll(folder);
  const alive = all.filter(({ runtime }) => isAlive(runtime.pid));
  const [first] = alive;
  if (first !== undefined && alive.length === 1) return first.runtime;
  if (first === undefined) {
    const left = all.map(({ path, runtime }) => `\n${stale(path, runtime)}`).join('');
    throw new UsageError(`No local runtime is running. Start one in another terminal: one-roof local${left}`);
  }
  const names = alive.map(({ runtime }) => `--name ${runtime.name}`).join(', ');
  throw new UsageError(`Several local runtimes are running; say which: ${names}`);
}

/** The key of the running runtime whose Step Functions listens on this port; undefined when none does. */
export function keyAtPort(folder: string, port: string): string | undefined {
  return readAll(folder).find(({ runtime }) => isAlive(runtime.pid) && new URL(runtime.stepFunctions).port === port)
    ?.runtime.key;
}

/**
 * Announces a runtime by writing its file. The stale file of an ended runtime is replaced, which `onStale` reports.
 * @throws UsageError when a runtime of that name is running.
 */
export function writeRuntimeFile(path: string, runtime: RuntimeFile, onStale: (text: string) => void): void {
  assertFree(path, onStale);
  try {
    makeFolder(dirname(path), 0o700);
    writeFileSync(path, `${JSON.stringify(runtime, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new UsageError(`${path} cannot be written (${messageOf(error)})`, { cause: error });
  }
}

/**
 * Makes sure that no runtime of that name is running, and removes the stale file of an ended one. @throws UsageError
 * when one is running.
 */
export function assertFree(path: string, onStale: (text: string) => void): void {
  const before = readIfThere(path);
  if (before === undefined) return;
  if (isAlive(before.pid)) {
    throw new UsageError(
      `The local runtime "${before.name}" is running already (process ${before.pid}); choose another name with --name`,
    );
  }
  onStale(`${stale(path, before)} It is replaced.`);
  rmSync(path, { force: true });
}

/** Removes the file of a runtime, unless another process has replaced it. */
export function removeRuntimeFile(path: string): void {
  if (readIfThere(path)?.pid === process.pid) rmSync(path, { force: true });
}
