import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExecutions, type Executions } from '../../aws/executions.ts';
import { type ApprovalRequest, openRequest } from '../../core/approval/approval-request.ts';
import { main } from '../../cli/main.ts';
import { followStopRule } from '../../cli/execution/stop-rule.ts';
import type { Settings } from '../../lib/house/settings.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { awsClient } from '../../local/driver/loopback-client.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../local/driver/runtime.ts';
import { until } from '../until.ts';

export const exampleApr = 'APR-BOOT-AUTHMODEL-1';
export const packageDirectory = join(__dirname, '../../sql');

/** What one command printed, and its exit code. */
export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Gives the key of a service to every command that this process starts, as a user's environment would. */
export function useKeyOf({ key }: { readonly key: string }): void {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: key });
}

/** Runs the command line in this process, without a terminal. */
export async function oneRoof(...argv: string[]): Promise<Said> {
  const written = { stdout: '', stderr: '' };
  const terminals = [process.stdin.isTTY, process.stdout.isTTY, process.stderr.isTTY];
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  process.stdin.isTTY = process.stdout.isTTY = process.stderr.isTTY = false;
  try {
    return { exitCode: await main(argv), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
    [process.stdin.isTTY, process.stdout.isTTY, process.stderr.isTTY] = terminals as [boolean, boolean, boolean];
  }
}

/** Runs the command line in a process of its own, while this one goes on. */
export async function oneRoofProcess(...argv: string[]): Promise<Said> {
  const child = spawn(process.execPath, [join(__dirname, '../../bin/one-roof.mjs'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: process.env,
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (written[name] += text));
  }
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  return { exitCode, ...written };
}

/** A runtime on a server of its own, reached through its services alone. */
export interface Stage {
  readonly server: PostgresServer;
  readonly runtime: Runtime;
  readonly executions: Executions;
  readonly mails: string[];
  /** A fresh fixture called directus; returns its dump. */
  fresh(): Promise<string>;
  dump(): Promise<string>;
  sql(text: string): Promise<void>;
  /** Starts a release and waits for its request for approval. */
  ask(): Promise<{ arn: string; request: ApprovalRequest }>;
  /** The request that waits, once it is another one than `before`. */
  request(arn: string, before?: ApprovalRequest): Promise<ApprovalRequest>;
  /** Waits until the lists show a release. */
  listed(arn: string): Promise<unknown>;
  /** Waits for the end; answers the last failure and the states that were entered. */
  end(arn: string): Promise<{ status: string; error: string | undefined; states: string[] }>;
  /** one-roof against this runtime. */
  run(...argv: string[]): Promise<Said>;
  stop(): Promise<void>;
}

/** Opens a stage; with `server`, a second runtime on a server that is already there. */
export async function openStage(
  settings: Partial<Settings> = {},
  server?: PostgresServer,
  more: Partial<Pick<RuntimeOptions, 'startPage' | 'packageDirectory'>> = {},
): Promise<Stage> {
  const own = server ?? (await startPostgres());
  if (server === undefined) await buildFixture(own, { database: 'fixture' });
  const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-people-'));
  const mails: string[] = [];
  const notifier = {
    notify: (subject: string, message: string) => Promise.resolve(void mails.push(`${subject}\n${message}`)),
  };
  const runtime = await startRuntime({ server: own, packageDirectory, evidenceFolder, notifier, settings, ...more });
  const rule = followStopRule(runtime, () => undefined);
  const { stepFunctions, releaseArn } = runtime;
  const executions = createExecutions(awsClient(stepFunctions));
  const request = (arn: string, before?: ApprovalRequest) =>
    until(async () => {
      const found = openRequest(await executions.history(arn));
      return found?.token === before?.token ? undefined : found;
    });
  return {
    server: own,
    runtime,
    executions,
    mails,
    request,
    dump: () => dumpDatabase(own, 'directus'),
    fresh: async () => {
      await copyDatabase(own, { from: 'fixture', to: 'directus' });
      return dumpDatabase(own, 'directus');
    },
    sql: async (text) => {
      const done = await runPsql(own, { database: 'directus', sql: text });
      if (done.exitCode !== 0) throw new Error(done.stderr);
    },
    ask: async () => {
      const { executionArn: arn } = stepFunctions.startExecution({ stateMachineArn: releaseArn });
      return { arn, request: await request(arn) };
    },
    listed: (arn) =>
      until(async () => (await executions.list(releaseArn, { most: 10 })).find((listed) => listed.arn === arn)),
    end: async (arn) => {
      const { status, error } = await stepFunctions.finished(arn);
      const events = stepFunctions.history(arn);
      const states = events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
      return { status, error, states };
    },
    run: (...argv) => {
      useKeyOf(stepFunctions);
      return oneRoof(...argv, '--endpoint-url', stepFunctions.endpoint);
    },
    stop: async () => {
      rule.end();
      await runtime.stop();
      if (server === undefined) await own.stop();
      rmSync(evidenceFolder, { recursive: true, force: true });
    },
  };
}
