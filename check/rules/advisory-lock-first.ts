import { callsOf } from '../effects.ts';
import { transactionLine } from '../guards.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { firstChange, insideTransaction } from '../script.ts';
import { nodesOf } from '../statement.ts';
import { writers } from '../subject.ts';

const locks = (inner: string): string => `do $locks$
begin
  if current_database() <> current_setting('one_roof.guarded_database') then
    raise exception 'REFUSING: another database';
  end if;
${inner}
end $locks$;`;

const advisoryLocks = new Set(['pg_advisory_xact_lock', 'pg_try_advisory_xact_lock']);

/** Two executors must not write at once, also when one of them is a person with psql. */
export const advisoryLockFirst: Rule = {
  id: 'advisory-lock-first',
  title: 'A script that writes takes the advisory lock of the release before any table lock and any change.',
  fix: 'include ../runner/open_tier.sql before everything else',
  good: {
    file: 'prod/20_rows.sql',
    part: 'locks',
    sql: locks("  perform pg_advisory_xact_lock(1);\n  execute format('lock table public.%I', 'note');"),
  },
  bad: {
    file: 'prod/20_rows.sql',
    part: 'locks',
    sql: locks("  execute format('lock table public.%I', 'note');\n  perform pg_advisory_xact_lock(1);"),
  },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject)) {
      const inside = insideTransaction(script);
      const advisory = inside.find((statement) => callsOf(statement).some((name) => advisoryLocks.has(name)));
      const table = inside.find(
        (statement) => statement.within !== 'function' && nodesOf(statement, 'LockStmt').length > 0,
      );
      if (advisory === undefined) yield problemAt(script, transactionLine(script), 'never takes the advisory lock');
      for (const statement of [table, firstChange(script)])
        if (advisory !== undefined && statement !== undefined && statement.offset < advisory.offset)
          yield problemAt(script, statement, `${statement.verb.toUpperCase()} before the advisory lock`);
    }
  },
};
