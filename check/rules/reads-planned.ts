import { knownRelations } from '../../core/package/plan-sql.ts';
import { variablesOf } from '../script.ts';
import { textAt } from '../parse-sql.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { nodesOf } from '../statement.ts';

/** Schemas of PostgreSQL itself, and none: names without a schema are the business of another rule. */
const postgres = new Set(['', 'pg_catalog', 'pg_temp', 'information_schema']);

/** What a script reads has to be proven free of strangers' code before, and only what the plan names is. */
export const readsPlanned: Rule = {
  id: 'reads-planned',
  title: 'Every relation that a script reads is created by the release or named in its plan.',
  fix: 'name it under `reads` in release.json, and run `one-roof update`',
  good: { file: 'checks/gate.sql', part: 'more', sql: 'select count(*) as many from public.ledger \\gset' },
  bad: { file: 'checks/gate.sql', part: 'more', sql: 'select count(*) as many from public.stranger \\gset' },
  *check({ scripts, plan, created }): Iterable<Problem> {
    const ours = [...plan.creates.tables, ...plan.creates.views, ...created.keys()];
    for (const script of scripts) {
      // an undo names the relations of the plan that it reads, so that it is proven for those alone
      const own = variablesOf(script).get('reads') ?? '';
      const known = new Set([...(own === '' ? knownRelations(plan) : own.split(' ')), ...ours]);
      const sequence = (name: string) =>
        name.endsWith('_seq') && [...known].some((owner) => name.startsWith(`${owner}_`));
      for (const statement of script.statements)
        for (const node of nodesOf(statement, 'RangeVar')) {
          const name = textAt(node, 'relname');
          const schema = textAt(node, 'schemaname');
          if (postgres.has(schema) || name.startsWith('placeholder')) continue;
          if (!known.has(name) && !sequence(name))
            yield problemAt(
              script,
              statement,
              `reads ${schema}.${name.split('.').at(-1)}, which the plan does not name`,
            );
        }
    }
  },
};
