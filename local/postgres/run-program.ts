import { spawn } from 'node:child_process';

/** The result of a program; its output is kept whole, as text. */
export interface ProgramResult {
  /** The program's exit code; 128 when a signal ended it or it could not be started. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * How to start a program. The environment is not inherited, because an inherited PGHOST would lead to another server.
 */
interface ProgramOptions {
  readonly environment?: Record<string, string>;
  readonly input?: string;
  /** User to run the program as; only root may set it. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly directory?: string;
}

/**
 * Runs one program to its end. It never throws: psql, initdb and apt-get report by exit code, and the caller decides
 * what a code means.
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
    // A program that ends before it has read all its input closes the pipe early; its exit code is what counts.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => finish(128, `${command}: ${error.message}\n`));
    child.on('close', (code) => finish(code ?? 128));
    child.stdin.end(options.input ?? '');
  });
}
