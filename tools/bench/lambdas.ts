import { join } from 'node:path';
import { environmentSchemas } from '../../core/base/environment.ts';
import { runProgram } from '../../local/postgres/run-program.ts';
import { bundle, mostZippedKB, sizeOf } from './bundle.ts';
import type { Stage } from './stage.ts';
import type { Row, Table } from './table.ts';

const probe = `const began = performance.now(); require(process.argv[1]); const took = performance.now() - began;
console.log(JSON.stringify([took, process.memoryUsage().rss / 1048576]));`;

/**
 * Imports a bundle in a process of its own, from a folder from which no other module can be found, because a bundle has
 * to be complete.
 */
async function importOnce(folder: string, file: string): Promise<readonly [number, number]> {
  const result = await runProgram(process.execPath, ['-e', probe, file], { directory: folder });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  const [took = Number.NaN, memory = Number.NaN] = result.stdout.trim().slice(1, -1).split(',').map(Number);
  return [took, memory];
}

/** One bundled handler, and the cost of its import. */
interface Bundled {
  readonly handler: string;
  readonly folder: string;
  readonly took: number[];
  readonly memory: number[];
}

async function bundleAll(parent: string): Promise<Bundled[]> {
  const all = Object.keys(environmentSchemas).map((handler): Bundled => ({
    handler,
    folder: join(parent, handler),
    took: [],
    memory: [],
  }));
  await bundle(
    all.map(({ handler }) => handler),
    parent,
  );
  return all;
}

function handlerRows({ handler, folder, took, memory }: Bundled): Row[] {
  const { kB, zippedKB } = sizeOf(join(folder, 'index.js'));
  return [
    {
      what: `${handler}: zipped`,
      unit: 'kB',
      samples: [zippedKB],
      limit: { most: mostZippedKB(handler) },
      note: `${Math.round(kB)} kB as it is`,
    },
    { what: `${handler}: import`, unit: 'ms', samples: took, limit: { most: 120 } },
    { what: `${handler}: memory after import`, unit: 'MB', samples: memory },
  ];
}

/** The table of size, import time and memory of the handlers as they are deployed. */
export async function lambdas(stage: Stage, rounds: number): Promise<Table> {
  const all = await bundleAll(join(stage.folder, 'bundles'));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { folder, took, memory } of all) {
      const [milliseconds, megabytes] = await importOnce(folder, join(folder, 'index.js'));
      if (round === 0) continue; // the file is read from the disk the first time
      took.push(milliseconds);
      memory.push(megabytes);
    }
  }
  return {
    id: 'lambdas',
    title: 'Functions',
    how: `Bundled by the options of the stack; imported ${rounds} times, in turn, each in a process of its own, on ${process.version}.`,
    rows: all.flatMap(handlerRows),
  };
}
