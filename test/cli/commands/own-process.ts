import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const command = join(__dirname, '../../../bin/one-roof.mjs');
/** A folder of the test file's own, removed when it ends. */
export const folder = mkdtempSync(join(tmpdir(), 'one-roof-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user would; `onProgress` sees stderr and stdout as they grow. TMPDIR is private, so leftovers show. */
export function oneRoof(
  parameters: string[],
  onProgress: (text: string, pid: number) => void = () => undefined,
  environment: Record<string, string | undefined> = {},
): Promise<Ended> {
  const temporary = mkdtempSync(join(folder, 't-'));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary, NO_COLOR: '1', XDG_STATE_HOME: join(folder, 'state'), ...environment },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onProgress(stderr + stdout, child.pid ?? 0);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onProgress(stderr + stdout, child.pid ?? 0);
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      const left = readdirSync(temporary).filter((name) => name.startsWith('one-roof'));
      if (left.length > 0) reject(new Error(`left behind: ${left.join(', ')}`));
      else resolve({ exitCode, stdout, stderr });
    });
  });
}

/** Processes whose command line names a private folder of this test. */
export function processesOfOurs(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(folder) ? [line] : [];
      } catch {
        return [];
      }
    });
}

export const example = ['--apr', 'APR-BOOT-AUTHMODEL-1'];
