import { guardedDatabase } from '../conventions.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';

/** The rehearsal derives a clone variant by replacing exactly this line, once a file, with zero left over. */
export const databaseForm: Rule = {
  id: 'database-form',
  title: 'The database a script may run on is named once, in the one form that a clone variant replaces.',
  fix: "keep exactly one line `select '<database>' as guarded_database \\gset`, with the plan's database",
  good: { file: 'prod/20_rows.sql', part: 'defaults', sql: '-- the depot is guarded above' },
  bad: { file: 'prod/20_rows.sql', part: 'defaults', sql: "select 'depot' as guarded_database \\gset" },
  *check({ plan, scripts }): Iterable<Problem> {
    const form = new RegExp(`^select '([^']*)' as ${guardedDatabase} \\\\gset$`);
    for (const script of scripts) {
      if (script.role === 'orchestrator' || script.role === 'runner') continue;
      const found = script.text.split('\n').flatMap((text, index) => {
        const database = form.exec(text)?.[1];
        return database === undefined ? [] : [{ database, line: index + 1 }];
      });
      if (found.length !== 1)
        yield problemAt(
          script,
          { line: found[1]?.line ?? 1 },
          `names the database ${found.length} times, expected once`,
        );
      for (const { database, line } of found)
        if (database !== plan.database)
          yield problemAt(script, { line }, `guards ${database}, the plan's database is ${plan.database}`);
    }
  },
};
