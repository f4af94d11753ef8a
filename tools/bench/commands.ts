import { join } from 'node:path';
import { checkPackage } from '../../check/check-package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { runProgram } from '../../local/postgres/run-program.ts';
import { packageDirectory } from '../package.ts';
import { timed } from './statistics.ts';
import type { Row, Table } from './table.ts';

const project = join(__dirname, '../..');

interface Done {
  readonly seconds: number;
  readonly exitCode: number;
}

async function command([program = '', ...parameters]: readonly string[]): Promise<Done> {
  const { ms, result } = await timed(() => runProgram(program, parameters, { directory: project }));
  return { seconds: ms / 1_000, exitCode: result.exitCode };
}

/** Measures one command in so many rounds; a note says how often it did not end with 0. */
export async function row(what: string, rounds: number, parameters: readonly string[], most?: number): Promise<Row> {
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

/** The two parts of `npm test`, each measured by its own command, and their sum. */
async function testRows(): Promise<Row[]> {
  const jest = join(project, 'node_modules', 'jest', 'bin', 'jest.js');
  const lint = await row('npm run lint', 1, ['npm', 'run', '-s', 'lint'], 15);
  const suites = await row('jest, all suites but the slow ones', 1, [process.execPath, jest, '--silent']);
  const parts = [lint, suites].map(({ samples }) => samples[0] ?? Number.NaN);
  const [first = 0, second = 0] = parts.map(Math.round);
  const why = `of it ${second} s are the suites, ${first} s types, lint and dead code`;
  const sum = parts.reduce((left, right) => left + right, 0);
  return [lint, suites, { what: 'npm test: these two', unit: 's', samples: [sum], limit: { most: 200, why } }];
}

/**
 * The check that every command of a release begins with, without the start of a process: processor time of this process,
 * as the wall time of a second says little on a shared core.
 */
async function checkRow(rounds: number): Promise<Row> {
  const files = readPackageFiles(packageDirectory);
  const samples: number[] = [];
  for (let round = 0; round < 2 * rounds; round += 1) {
    const started = process.cpuUsage();
    await checkPackage(files);
    const { user, system } = process.cpuUsage(started);
    samples.push((user + system) / 1_000);
  }
  return { what: 'one-roof check, in a running process', unit: 'ms', samples, limit: { most: 1_000 } };
}

/** The table of the commands that people wait for at a terminal. */
export async function commands(rounds: number, withTests: boolean): Promise<Table> {
  const oneRoof = [process.execPath, join(project, 'bin', 'one-roof.mjs')];
  const cdk = join(project, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  return {
    id: 'commands',
    title: 'Commands',
    how: 'Wall time of whole commands, one after the other, warm. The servers of demo and tests are thrown away and run without fsync.',
    rows: [
      await row('one-roof --help', rounds, [...oneRoof, '--help']),
      await row('one-roof plan', rounds, [...oneRoof, 'plan']),
      await row('one-roof check', rounds, [...oneRoof, 'check']),
      await checkRow(rounds),
      await row('npm run demo', rounds, ['npm', 'run', '-s', 'demo'], 8),
      await row('cdk synth, with bundles and checks', 1, [process.execPath, cdk, 'synth', '-q']),
      ...(withTests ? await testRows() : []),
    ],
  };
}
