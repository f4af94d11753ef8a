import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sabotage, sabotages } from './sabotages.ts';

const checkout = join(__dirname, '..');
/** A check that does not end counts as caught: something waits for what the damage took away. */
const LONGEST_MS = 400_000;
const leftOut = new Set(['node_modules', '.git', 'cdk.out', 'coverage']);

/** A copy of the checkout that may be damaged; the packages are the checkout's own. */
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

function isCaught(folder: string, { check }: Sabotage): boolean {
  const { status } = spawnSync('npx', [...check], {
    cwd: folder,
    stdio: 'ignore',
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  return status !== 0;
}

/** Applies each sabotage to a copy, one at a time. Returns those that nothing noticed. */
function missed(folder: string, chosen: readonly Sabotage[]): string[] {
  return chosen.flatMap((sabotage) => {
    const mend = damage(folder, sabotage);
    const began = Date.now();
    const caught = isCaught(folder, sabotage);
    mend();
    const seconds = ((Date.now() - began) / 1000).toFixed(0);
    process.stdout.write(
      `${caught ? 'caught' : 'MISSED'}  ${sabotage.name} (${sabotage.check.join(' ')}, ${seconds} s)\n`,
    );
    return caught ? [] : [sabotage.name];
  });
}

function main(): number {
  const [only] = process.argv.slice(2);
  const chosen = sabotages.filter(({ name }) => only === undefined || name.includes(only));
  const folder = copyCheckout();
  try {
    // A check that fails without any damage would catch everything.
    const checks = new Map(chosen.map((sabotage) => [sabotage.check.join(' '), sabotage]));
    const broken = [...checks.values()].filter((sabotage) => isCaught(folder, sabotage));
    if (broken.length > 0) {
      process.stdout.write(`undamaged, yet failing: ${broken.map(({ check }) => check.join(' ')).join('; ')}\n`);
      return 1;
    }
    const left = missed(folder, chosen);
    process.stdout.write(`\n${chosen.length} sabotages, ${left.length} missed\n`);
    return left.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = main();
