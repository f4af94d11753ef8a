import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ReleaseError, UsageError } from '../../core/base/errors.ts';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { openDatabase } from '../../local/driver/open-database.ts';
import { type Runtime, startRuntime } from '../../local/driver/runtime.ts';
import { headlines } from '../../core/gate/gate-rows.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';

/** Options of `one-roof gate`. */
export interface GateOptions {
  readonly local?: boolean;
  readonly url?: string;
  readonly package: string;
  readonly prepare?: string;
  readonly unsigned?: boolean;
  readonly json?: boolean;
}

/** Reads the gate and prints it. A gate that could not be read is an error, exit code 1, whatever a release would make of it. */
async function showGate(runtime: Runtime, terminal: Terminal, json: boolean): Promise<number> {
  const read = await runtime.checkGate().catch((error: unknown) => {
    if (error instanceof ReleaseError) terminal.alert(`The gate could not be read. ${error.message}`);
    else throw error;
  });
  if (read === undefined) return 1;
  const { status, blockers, explanations } = read.gate;
  if (json) terminal.data(JSON.stringify(read.gate, null, 2));
  else terminal.data(['GATE: ' + status, ...headlines(read.gate)].join('|'));
  if (blockers !== '') terminal.progress([blockers, ...explanations].join('\n  '));
  return status === 'READY' ? 0 : 10;
}

/**
 * `one-roof gate`: the same *Check gate* that starts a release, and nothing after it.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function readGateCommand(options: GateOptions): Promise<number> {
  if (options.local !== true && options.url === undefined) {
    throw new UsageError('Say where: --local for a private database with the fixture, or --url for an existing one.');
  }
  const terminal = createTerminal({ json: options.json === true });
  const { plan } = describePackage(readPackageFiles(options.package));
  const onProgress = (text: string) => terminal.progress(`  ${text}`);
  const server = await openDatabase({ database: plan.database, user: plan.writer }, { ...options, onProgress });
  const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-gate-'));
  try {
    const notifier = { notify: () => Promise.resolve() };
    const runtime = await startRuntime({ server, packageDirectory: options.package, evidenceFolder, notifier });
    try {
      return await showGate(runtime, terminal, options.json === true);
    } finally {
      await runtime.stop();
    }
  } finally {
    await server.stop();
    rmSync(evidenceFolder, { recursive: true, force: true });
  }
}
