import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { describePackage } from '../core/package.ts';
import { readPackageFiles } from '../lib/read-package.ts';
import { openDatabase } from '../local/open-database.ts';
import { startRuntime } from '../local/runtime.ts';
import { createTerminal } from './terminal.ts';

/** Options of `one-roof gate`. */
export interface GateOptions {
  readonly local?: boolean;
  readonly url?: string;
  readonly package: string;
  readonly prepare?: string;
  readonly unsigned?: boolean;
  readonly json?: boolean;
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
  const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-gate-'));
  const onProgress = (text: string) => terminal.progress(`  ${text}`);
  const server = await openDatabase({ database: plan.database, user: plan.writer }, { ...options, onProgress });
  try {
    const notifier = { notify: () => Promise.resolve() };
    const runtime = await startRuntime({ server, packageDirectory: options.package, evidenceFolder, notifier });
    try {
      const { gate } = await runtime.checkGate();
      const { status, blockers, values, explanations } = gate;
      if (options.json === true) terminal.data(JSON.stringify(gate, null, 2));
      else terminal.data(`GATE: ${status}|ospa=${String(values['ospa'])}|gap=${String(values['gap'])}`);
      if (blockers !== '') terminal.progress([blockers, ...explanations].join('\n  '));
      return status === 'READY' ? 0 : 10;
    } finally {
      await runtime.stop();
    }
  } finally {
    await server.stop();
    rmSync(evidenceFolder, { recursive: true, force: true });
  }
}
