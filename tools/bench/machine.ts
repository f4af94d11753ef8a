import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../local/postgres/run-program.ts';
import type { Stage } from './stage.ts';

/**
 * Versions and size of the machine, which a reader needs to judge the figures, without anything that identifies the
 * machine.
 */
export async function describeMachine(stage: Stage): Promise<string> {
  const psql = await runProgram(join(stage.server.bin, 'psql'), ['--version']);
  const server = await stage.sql('show server_version', 'postgres');
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return [
    `${cpus().length} cores, ${gigabytes} GB of memory`,
    `Node ${process.version}`,
    `PostgreSQL ${server.split(' ')[0] ?? ''}, fsync ${await stage.sql('show fsync', 'postgres')}`,
    psql.stdout.trim().replace(/ \(.*\)$/, ''),
  ].join(' · ');
}
