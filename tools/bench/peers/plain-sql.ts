import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../../local/postgres/run-program.ts';
import { apr, database, packageDirectory } from '../../package.ts';
import { runId, type Stage } from '../stage.ts';

/** The form in which psql logs a query: 15 and 16 with stars alone, 17 within a comment. */
const query = /^(?:\*{9} QUERY \*{10}|\/\*{8} QUERY \*{9}\/)\n([\s\S]*?)\n(?:\*{26}|\/\*{24}\/)$/gm;
const transaction = /^\s*(?:--[^\n]*\n\s*)*(begin\b|commit\b)/i;

/** A tool that runs all tiers in one session keeps its own prepared statements; those of a tier are written in SQL. */
const deallocate = `do $own$ declare prepared text; begin
  for prepared in select name from pg_prepared_statements where from_sql loop execute format('deallocate %I', prepared); end loop;
end $own$;
`;

/** One tier as plain SQL statements. */
export interface PlainTier {
  /** Name of its file, without folder and extension. */
  readonly name: string;
  /** The statements without begin and commit, because these tools open a transaction of their own. */
  readonly sql: string;
}

/**
 * The tiers without psql commands: the statements that psql really sent, with variables filled in, read from its own
 * log of one release onto a fresh fixture.
 */
export async function plainTiers(stage: Stage): Promise<PlainTier[]> {
  await stage.fresh('small');
  const tiers: PlainTier[] = [];
  for (const id of stage.tiers) {
    const { script } = stage.script(id);
    const log = join(stage.folder, `${id}.log`);
    const variables = ['-v', `ratified_apr=${apr}`, '-v', `run_id=${runId}`];
    const file = join(packageDirectory, script.file);
    const result = await runProgram(
      join(stage.server.bin, 'psql'),
      ['-X', '-q', '-v', 'ON_ERROR_STOP=1', ...variables, '-d', database, '-L', log, '-f', file],
      { environment: stage.server.environment() },
    );
    if (result.exitCode !== 0) throw new Error(result.stderr);
    const statements = [...readFileSync(log, 'utf8').matchAll(query)].map(([, text = '']) => text);
    const sql = statements
      .filter((text) => !transaction.test(text))
      .map((text) => text.trimEnd().replace(/;?$/, ';\n'))
      .map((text) => (/^deallocate all;$/im.test(text) ? deallocate : text));
    // The path is reset, because the tools find their own tables by the search_path with which the session began.
    tiers.push({ name: script.file.replace(/^.*\/|\.sql$/g, ''), sql: `${sql.join('')}reset search_path;\n` });
    rmSync(log);
  }
  return tiers;
}
