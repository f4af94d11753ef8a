import { spawn } from 'node:child_process';

/** What a program left behind. Output is kept whole, as text. */
export interface ProgramResult {
  /** The program's exit code; 128 when a signal ended it or it could not be started. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to start a program. Nothing is inherited: an environment that leaks PGHOST would reach another server. */
interface ProgramOptions {
  readonly environment?: Record<string, string>;
  readonly input?: string;
  /** Run as this user; only root may. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly directory?: string;
}

/**
 * Runs one program to its end. It never throws: psql, initdb and apt-get report by exit code, and the caller
 * knows best what a code means.
 */
export async function runProgram(
  command: string,
  parameters: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, {
      env: options.environment ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
      ...options.user,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const finish = (exitCode: number, reason = ''): void =>
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8') + reason,
      });
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program that ends before it has read everything closes its input early: its exit code tells the story.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => finish(128, `${command}: ${error.message}\n`));
    child.on('close', (code) => finish(code ?? 128));
    child.stdin.end(options.input ?? '');
  });
}
