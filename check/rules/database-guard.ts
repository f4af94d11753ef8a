import { guardedDatabase } from '../conventions.ts';
import { refusesAfter, transactionLine } from '../guards.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import type { Statement } from '../statement.ts';
import type { PlacedScript } from '../subject.ts';

function guarded(script: PlacedScript): boolean {
  const names = (text: string): boolean => text.includes(guardedDatabase);
  const compares = ({ code, text }: Statement): boolean => code.includes('current_database ( )') && names(text);
  return script.writes ? refusesAfter(script, compares) : script.statements.some(compares);
}

/** The right script on the wrong database is the accident that no rollback expects. */
export const databaseGuard: Rule = {
  id: 'database-guard',
  title:
    'A script compares current_database() with the guarded one, and one that writes refuses before its first change.',
  fix: 'include ../runner/open_tier.sql, in a script that only reads ../runner/open_reader.sql',
  good: {
    file: 'checks/gate.sql',
    part: 'guard',
    sql: "select current_database() <> :'guarded_database' as wrong_database \\gset",
  },
  bad: { file: 'checks/gate.sql', part: 'guard', sql: 'select 1 as nothing_asked \\gset' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      if (script.role !== 'orchestrator' && script.role !== 'runner' && !guarded(script))
        yield problemAt(script, transactionLine(script), 'runs on whatever database it is sent to');
  },
};
