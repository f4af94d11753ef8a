import { stampsSetting } from '../conventions.ts';
import { refusesAfter, transactionLine } from '../guards.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { writers, writingTiers } from '../subject.ts';

/** A run builds on and undoes its own work only; the stamp on the objects says whose they are. */
export const stampGuard: Rule = {
  id: 'stamp-guard',
  title: "Tiers after the first that writes, and rollbacks, refuse objects without this run's stamp.",
  fix: 'include ../runner/guard_stamp.sql, in a rollback ../runner/open_undo.sql; create objects in the first tier alone',
  good: {
    file: 'prod/20_rows.sql',
    part: 'stamp',
    sql: "do $stamp$\ndeclare\n  n bigint;\nbegin\n  select count(*) into n from pg_description where description ~ '^one-roof run=';\n  if n <> 2 then\n    raise exception 'REFUSING: %', n;\n  end if;\nend $stamp$;",
  },
  bad: { file: 'prod/20_rows.sql', part: 'stamp', sql: '-- whoever made them' },
  *check(subject): Iterable<Problem> {
    const first = writingTiers(subject)[0]?.path;
    for (const script of writers(subject)) {
      const knows = script.statements.some(({ literals }) => literals.some((text) => text.includes('one-roof run=')));
      const looks = refusesAfter(
        script,
        ({ code, literals }) => code.includes('pg_description') || literals.includes(stampsSetting),
      );
      if (script.path !== first && !(knows && looks))
        yield problemAt(script, transactionLine(script), 'works on objects without asking which run made them');
    }
  },
};
