import { type Problem, problemAt, type Rule } from '../rule.ts';
import { isKnown } from '../statement-kinds.ts';

/** What no rule knows would be judged by none, and neither the rollback nor the fingerprint would notice it. */
export const knownStatements: Rule = {
  id: 'known-statements',
  title: 'Only kinds of statements that a rule judges.',
  fix: 'do without it; or teach the rules and the rollback what it changes, in check/statement-kinds.ts',
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'alter table public.note add unique (code);' },
  bad: {
    file: 'prod/10_structure.sql',
    part: 'more',
    sql: 'alter default privileges in schema public grant select on tables to public;',
  },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements) {
        const kind = [...statement.parsed.nodes.keys()].find((name) => name.endsWith('Stmt') && !isKnown(name));
        if (kind !== undefined)
          yield problemAt(script, statement, `${statement.verb.toUpperCase()} (${kind}) is judged by no rule`);
      }
  },
};
