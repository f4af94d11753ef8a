import { visibleLine } from '../../core/base/visible.ts';
import { readStamps, type StampedRun, type Stamps } from '../../local/postgres/read-stamps.ts';
import type { Terminal } from '../screen/terminal.ts';
import { readReleasePackage, withDatabase } from './database.ts';

/** Options of `one-roof status --url`. */
export interface DatabaseStatus {
  readonly url: string;
  readonly package: string;
  readonly json?: boolean;
}

/** How a run stands, by its stamps: `applying since …` or `sealed since …`. */
export function standing({ sealed, since }: StampedRun): string {
  return `${sealed ? 'sealed' : 'applying'} since ${since ?? 'a time unknown'}`;
}

function adviceOn({ run, sealed }: StampedRun, { sessions }: Stamps): string {
  const own = sessions.filter((session) => session.run === run).map(({ script, pid }) => `${script} (pid ${pid})`);
  if (own.length > 0) return `At work now: ${own.join(', ')}.`;
  if (sealed) return 'It is complete and in use. There is nothing to do.';
  return 'None of its tiers is at work now. If nobody runs it any more, undo it: one-roof rollback --url URL';
}

function lines(stamps: Stamps, database: string): string[] {
  const { runs, present } = stamps;
  if (runs.length === 0 && present !== '')
    return [
      `Objects have the names of this release and no stamp of a run: ${present}. Ask whose they are; drop nothing.`,
    ];
  if (runs.length === 0) return [`Nothing of a release is in ${database}.`];
  return runs.flatMap((run) => [
    `Run ${run.run} is in ${database}: ${run.objects} objects, ${standing(run)}.`,
    adviceOn(run, stamps),
  ]);
}

/**
 * Says which run stands in a database, and how, from the stamps on its objects: also where no process and no history is
 * left that knows. Changes nothing.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function showDatabaseStatus(options: DatabaseStatus, terminal: Terminal): Promise<number> {
  const { plan } = readReleasePackage(options.package);
  return withDatabase({ database: plan.database, user: plan.writer }, options, terminal, async (server) => {
    const stamps = await readStamps(server, plan.database, options.package);
    if (options.json === true) terminal.data(JSON.stringify({ database: plan.database, ...stamps }, null, 2));
    else for (const line of lines(stamps, plan.database)) terminal.data(visibleLine(line));
    return 0;
  });
}
