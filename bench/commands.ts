import { join } from 'node:path';
import { runProgram } from '../local/postgres/run-program.ts';
import { timed } from './statistics.ts';
import type { Row, Table } from './table.ts';

const project = join(__dirname, '..');

interface Done {
  readonly seconds: number;
  readonly exitCode: number;
}

async function command([program = '', ...parameters]: readonly string[]): Promise<Done> {
  const { ms, result } = await timed(() => runProgram(program, parameters, { directory: project }));
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
  const oneRoof = [process.execPath, join(project, 'bin', 'one-roof.mjs')];
  const cdk = join(project, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const rows = [
    await row('one-roof --help', rounds, [...oneRoof, '--help']),
    await row('one-roof plan', rounds, [...oneRoof, 'plan']),
    await row('npm run demo', rounds, ['npm', 'run', '-s', 'demo'], 12),
    await row('cdk synth, with bundles and checks', 1, [process.execPath, cdk, 'synth', '-q']),
  ];
  if (withTests) rows.push(await row('npm test', 1, ['npm', 'test'], 180));
  return {
    id: 'commands',
    title: 'Commands',
    how: 'Wall time of whole commands, one after the other, warm. `npm test` is types, lint, dead code and every suite but the slow ones.',
    rows,
  };
}
