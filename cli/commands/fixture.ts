import { UsageError } from '../../core/base/errors.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { planOf } from '../../local/postgres/fixture-package.ts';
import { startPostgres } from '../../local/postgres/server.ts';
import { untilInterrupted } from '../screen/interrupt.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { packageFlag } from '../execution/flags.ts';
import { Option } from 'commander';

/** Options of `one-roof fixture`. */
export interface FixtureOptions {
  readonly scale: 'small' | 'production';
  readonly collections?: string;
  readonly unsigned?: boolean;
  readonly once?: boolean;
  readonly package: string;
}

function collectionsOf(text: string): number {
  if (/^[0-9]{1,5}$/.test(text)) return Number(text);
  throw new UsageError(`--collections ${text}: a whole number is needed`);
}

/** `one-roof fixture`: builds the fixture, says how to reach it, and keeps it until Ctrl-C. */
export async function fixtureCommand(options: FixtureOptions): Promise<number> {
  const terminal = createTerminal({ json: false });
  const collections = options.collections === undefined ? {} : { collections: collectionsOf(options.collections) };
  const { database, writer } = planOf(options.package);
  const server = await startPostgres({ superuser: writer, onProgress: (text) => terminal.progress(text) });
  try {
    const began = Date.now();
    const { scale, unsigned, package: packageDirectory } = options;
    await buildFixture(server, { packageDirectory, scale, signed: unsigned !== true, ...collections });
    terminal.progress(`Built at scale ${options.scale} in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
    if (options.once === true) return 0;
    const url = server.url(database);
    terminal.data(url);
    terminal.progress(`psql: ${server.bin}/psql '${url}'   Ctrl-C ends it.`);
    await untilInterrupted();
    return 0;
  } finally {
    await server.stop();
  }
}

/** Flags and action of `one-roof fixture`. */
export const define: Define = (command, finish) =>
  command
    .addOption(new Option('--scale <scale>', 'row counts').choices(['small', 'production']).default('small'))
    .addOption(new Option('--collections <n>', 'number of governed collections, for scaling runs'))
    .addOption(new Option('--unsigned', 'without the signature row'))
    .addOption(packageFlag())
    .addOption(new Option('--once', 'build it, say how long it took, and stop'))
    .action(async (options: FixtureOptions) => finish(await fixtureCommand(options)));
