import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReleasePlan } from '../../core/package/plan-schema.ts';
import type { Runtime } from '../../local/driver/runtime.ts';
import type { Terminal } from '../screen/terminal.ts';
import { withDatabase } from './database.ts';
import { type RuntimeFlags, withRuntime } from './with-runtime.ts';

/**
 * Starts a runtime for a command that runs single steps and no release: its evidence is nobody's and goes with it.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function withSingleSteps(
  { database, writer }: ReleasePlan,
  options: RuntimeFlags,
  terminal: Terminal,
  use: (runtime: Runtime) => Promise<number>,
): Promise<number> {
  const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-steps-'));
  try {
    return await withDatabase({ database, user: writer }, options, terminal, (server) =>
      withRuntime(server, options, { evidenceFolder }, use),
    );
  } finally {
    rmSync(evidenceFolder, { recursive: true, force: true });
  }
}
