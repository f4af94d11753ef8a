import { runPsql } from '../../local/postgres/psql.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import { database, released } from '../package.ts';

const written = released.plan.existing.filter(({ rows }) => rows !== 'kept').map(({ relation }) => relation);

/** Draws from every sequence of the application's relations that a release may write, and puts it back by `back` steps. */
function draw(back: number): string {
  return `do $$ declare s record; last bigint; begin
    for s in select q.seqrelid::regclass as name, q.seqincrement as step from pg_sequence q join pg_depend d on d.objid = q.seqrelid
      join pg_class c on c.oid = d.refobjid where d.deptype in ('a', 'i') and c.relname in (${written.map((name) => `'${name}'`).join()}) loop
      last := nextval(s.name);
      if ${back} > 0 then
        perform setval(s.name, last - ${back} * s.step);
        perform nextval(s.name);
      end if;
    end loop; end $$`;
}

async function run(server: PostgresServer, name: string, sql: string): Promise<void> {
  const { exitCode, stderr } = await runPsql(server, { database: name, sql });
  if (exitCode !== 0) throw new Error(stderr);
}

/** Gives the sequences of a fresh fixture a past, as those of an application have. */
export async function useSequences(server: PostgresServer, fixture: string): Promise<void> {
  await run(server, fixture, `${draw(0)};${draw(0)};${draw(0)}`);
}

/**
 * Leaves every sequence where it stands, but used since the last checkpoint, as in a database at work: a crash of the
 * server moves it by up to 32. A copy of a database has no such sequence. All of it has to outlive that crash: of half of
 * it, the sequence would stand one step further still.
 */
export async function keepSequencesInUse(server: PostgresServer): Promise<void> {
  await run(server, database, `set synchronous_commit = on; ${draw(2)}`);
}
