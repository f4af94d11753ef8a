import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../core/base/errors.ts';
import { onInterrupt } from '../../cli/screen/interrupt.ts';
import { sabotages } from './sabotages/all.ts';
import type { Sabotage } from './sabotages/sabotage.ts';

const checkout = join(__dirname, '../..');
/**
 * Longest duration of a check, in milliseconds. A check that does not end counts as caught, because it waits for
 * something that the sabotage removed.
 */
const LONGEST_MS = 400_000;
const leftOut = new Set(['node_modules', '.git', 'cdk.out', 'coverage']);

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** Makes a copy of the checkout that may be damaged; it uses the checkout's own packages. */
function copyCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-sabotage-'));
  cpSync(checkout, folder, { recursive: true, filter: (path) => !leftOut.has(path.slice(checkout.length + 1)) });
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function damage(folder: string, { name, file, find, put, times = 1 }: Sabotage): () => void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  const found = text.split(find).length - 1;
  if (found !== times) throw new Error(`"${name}": ${file} holds its text ${found} times, expected ${times}`);
  writeFileSync(
    path,
    text.replaceAll(find, () => put),
  );
  return () => writeFileSync(path, text);
}

/** On Ctrl-C the running check is ended and the copy removed. */
const interruption = new AbortController();
onInterrupt((signal) => interruption.abort(new Error(`stopped by ${signal}`)));

async function isCaught(folder: string, { check: [program, ...parameters] }: Sabotage): Promise<boolean> {
  interruption.signal.throwIfAborted();
  // The check has a process group of its own, so that npx and its children end together; Ctrl-C at the terminal reaches
  // only this process.
  const child = spawn(program, parameters, { cwd: folder, stdio: 'ignore', detached: true });
  const signal = (name: NodeJS.Signals) => child.pid !== undefined && process.kill(-child.pid, name);
  const stop = () => signal('SIGTERM');
  const timer = setTimeout(() => signal('SIGKILL'), LONGEST_MS);
  interruption.signal.addEventListener('abort', stop);
  await once(child, 'exit');
  interruption.signal.removeEventListener('abort', stop);
  clearTimeout(timer);
  interruption.signal.throwIfAborted();
  return child.exitCode !== 0;
}

/** Gives each of some tasks to whichever copy of the checkout is free. */
async function onCopies<Task>(
  folders: readonly string[],
  tasks: Iterable<Task>,
  work: (folder: string, task: Task) => Promise<void>,
): Promise<void> {
  const waiting = [...tasks];
  const lane = async (folder: string): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await work(folder, task);
  };
  await Promise.all(folders.map(lane));
}

/** Applies the sabotages to the copies, one at a time on each. Returns those that no check noticed. */
async function missed(folders: readonly string[], chosen: readonly Sabotage[]): Promise<string[]> {
  const left: string[] = [];
  await onCopies(folders, chosen, async (folder, sabotage) => {
    const mend = damage(folder, sabotage);
    const began = Date.now();
    const caught = await isCaught(folder, sabotage);
    mend();
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    say(`${caught ? 'caught' : 'MISSED'}  ${sabotage.name} (${sabotage.check.join(' ')}, ${seconds} s)`);
    if (!caught) left.push(sabotage.name);
  });
  return left;
}

/** A sabotage with the whole file of tests in place of those of one name: files are few, and names are many. */
function withWholeFile(sabotage: Sabotage): Sabotage {
  const [program, ...parameters] = sabotage.check;
  const title = parameters.indexOf('-t');
  return { ...sabotage, check: [program, ...(title < 0 ? parameters : parameters.slice(0, title))] };
}

/** The checks that fail on an undamaged copy, and would therefore catch everything. */
async function failingUndamaged(folders: readonly string[], chosen: readonly Sabotage[]): Promise<string[]> {
  const checks = new Map(chosen.map(withWholeFile).map((sabotage) => [sabotage.check.join(' '), sabotage]));
  const failing: string[] = [];
  await onCopies(folders, checks, async (folder, [check, sabotage]) => {
    if (await isCaught(folder, sabotage)) failing.push(check);
  });
  return failing;
}

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((text) => !sabotages.some(({ name }) => name.includes(text)));
  if (unknown !== undefined) {
    say(`No sabotage's name contains "${unknown}". There are:\n  ${sabotages.map(({ name }) => name).join('\n  ')}`);
    return 1;
  }
  const chosen = sabotages.filter(({ name }) => wanted.length === 0 || wanted.some((text) => name.includes(text)));
  const folders = Array.from({ length: Math.min(availableParallelism(), chosen.length) }, copyCheckout);
  try {
    say('Each check first on an undamaged copy ...');
    const failing = await failingUndamaged(folders, chosen);
    if (failing.length > 0) {
      say(`These checks fail without any sabotage, so they prove nothing: ${failing.join('; ')}`);
      return 1;
    }
    const left = await missed(folders, chosen);
    say(`\n${chosen.length} sabotages, ${left.length} missed`);
    return left.length === 0 ? 0 : 1;
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(messageOf(error));
    process.exitCode = 1;
  },
);
