import { parseArgs } from 'node:util';
import { aws } from './aws.ts';
import { commands } from './commands.ts';
import { Executor } from './executor.ts';
import { lambdas } from './lambdas.ts';
import { describeMachine } from './machine.ts';
import { next } from './next.ts';
import { overhead } from './overhead.ts';
import { page } from './page.ts';
import { production } from './production.ts';
import { keepResults, type Section } from './results.ts';
import { scaling } from './scaling.ts';
import { Stage } from './stage.ts';
import { stall } from './stall.ts';
import { renderTable, type Table } from './table.ts';
import { wholePackage } from './whole-package.ts';

/** How much is measured. */
interface Extent {
  readonly rounds: number;
  readonly sizes: readonly number[];
  readonly latencies: readonly number[];
  readonly tests: boolean;
}

const full: Extent = { rounds: 7, sizes: [35, 350, 3_500, 35_000], latencies: [1, 2, 5], tests: true };
const quick: Extent = { rounds: 3, sizes: [35, 350, 3_500], latencies: [1], tests: false };

type Measure = (stage: Stage, executor: Executor, extent: Extent) => Promise<Table>;

const few = ({ rounds }: Extent): number => Math.min(3, rounds);
const measures: Readonly<Record<string, Measure>> = {
  package: (stage, executor, { rounds }) => wholePackage(stage, executor, rounds),
  overhead: (stage, executor, { rounds }) => overhead(stage, executor, 2 * rounds + 1),
  production: (stage, executor, extent) => production(stage, executor, few(extent)),
  scaling: (stage, _executor, extent) => scaling(stage, extent.sizes, extent === quick ? 1 : 2),
  lambdas: (stage, _executor, { rounds }) => lambdas(stage, rounds),
  stall: (stage, executor, extent) => stall(stage, executor, few(extent), extent === quick ? 'small' : 'production'),
  aws: (stage, _executor, extent) => aws(stage, extent.latencies, few(extent)),
  page: (stage, _executor, { rounds }) => page(stage, rounds),
  next: (stage, _executor, extent) => next(stage, extent === quick ? 1 : few(extent)),
  commands: (_stage, _executor, extent) => commands(few(extent), extent.tests),
};

function chosen(only: string | undefined): [string, Measure][] {
  const found = Object.entries(measures).filter(([name]) => only === undefined || name === only);
  if (found.length === 0)
    throw new Error(`--only ${only ?? ''}: there is no such table; use ${Object.keys(measures).join(', ')}`);
  return found;
}

/** Reports a table that failed; the other tables are still measured. */
function notMeasured(name: string, error: unknown): string {
  process.exitCode = 1;
  process.stderr.write(`${name}: ${String(error)}\n`);
  return `## ${name}\n\n**Not measured**: ${String(error).split('\n', 1)[0] ?? ''}\n`;
}

async function measure(only: string | undefined, extent: Extent): Promise<readonly Section[]> {
  const stage = await Stage.start();
  try {
    const executor = await Executor.start(stage);
    try {
      await stage.build('small');
      const machine = await describeMachine(stage);
      const sections: Section[] = [];
      for (const [name, run] of chosen(only)) {
        const began = Date.now();
        const table = await run(stage, executor, extent).then(renderTable, (error: unknown) =>
          notMeasured(name, error),
        );
        process.stderr.write(`${name}: ${Math.round((Date.now() - began) / 1000)} s\n`);
        process.stdout.write(`${table}\n`);
        sections.push({ name, text: table, machine });
      }
      return sections;
    } finally {
      await executor.stop();
    }
  } finally {
    await stage.stop();
  }
}

/**
 * `npm run bench [-- --only TABLE] [--quick]`: measures, prints the tables, and keeps them in results.md unless
 * `--quick` is given.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } } });
  const { only, quick: isQuick } = values;
  const began = Date.now();
  const tables = await measure(only, isQuick ? quick : full);
  process.stdout.write(`Measured in ${((Date.now() - began) / 60_000).toFixed(1)} minutes.\n`);
  if (!isQuick) keepResults(tables);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
