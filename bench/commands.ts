import { join } from 'node:path';
import { runProgram } from '../local/postgres/run-program.ts';
import { timed } from './statistics.ts';
import type { Row, Table } from './table.ts';

const project = join(__dirname, '..');

interface Done {
  readonly seconds: number;
  readonly exitCode: number;
}

async function command(parameters: readonly string[]): Promise<Done> {
  const { ms, result } = await timed(() => runProgram(process.execPath, parameters, { directory: project }));
  return { seconds: ms / 1_000, exitCode: result.exitCode };
}

/** A row of one command, run so many times; what did not end with 0 is said beside its time. */
async function row(what: string, rounds: number, parameters: readonly string[], most?: number): Promise<Row> {
  const samples: number[] = [];
  let failed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { seconds, exitCode } = await command(parameters);
    samples.push(seconds);
    if (exitCode !== 0) failed += 1;
  }
  return {
    what,
    unit: 's',
    samples,
    ...(most === undefined ? {} : { limit: { most } }),
    ...(failed === 0 ? {} : { note: `${failed} of ${rounds} did not end with 0` }),
  };
}

/** What people wait for at a terminal. */
export async function commands(rounds: number, withTests: boolean): Promise<Table> {
  const oneRoof = join(project, 'bin', 'one-roof.mjs');
  const cdk = join(project, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const jest = join(project, 'node_modules', 'jest', 'bin', 'jest.js');
  const rows = [
    await row('one-roof --help', rounds, [oneRoof, '--help']),
    await row('one-roof plan', rounds, [oneRoof, 'plan']),
    await row('npm run demo', rounds, [oneRoof, 'run', '--local', '--apr', 'APR-BOOT-AUTHMODEL-1'], 12),
    await row('cdk synth, with bundles and checks', 1, [cdk, 'synth', '-q']),
  ];
  if (withTests) rows.push(await row('jest, all suites', 1, [jest, '--silent'], 180));
  return {
    id: 'commands',
    title: 'Commands',
    how: 'Wall time of whole commands, one after the other, warm.',
    rows,
  };
}
