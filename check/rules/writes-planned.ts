import { plannedSetting } from '../conventions.ts';
import { rowsWritten } from '../release-rows.ts';
import { settingTexts } from '../reach.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import type { Script } from '../script.ts';
import { writers } from '../subject.ts';

function plannedRelations(script: Script): Set<string> {
  const announcing = script.sent.filter(({ literals }) => literals.includes(plannedSetting));
  const texts = [...announcing.flatMap(({ literals }) => literals), settingTexts(script).get(plannedSetting) ?? ''];
  return new Set(texts.flatMap((text) => text.split(/[\s,]+/)));
}

/** The check before COMMIT refuses rows in other relations; a relation that is forgotten makes the tier fail late. */
export const writesPlanned: Rule = {
  id: 'writes-planned',
  title: `Every table whose rows a script changes is named in ${plannedSetting}.`,
  fix: `add the table to \\set writes, after asking who else relies on it`,
  good: {
    file: 'prod_rollback/per_tier_rollback.sql',
    part: 'more',
    sql: "delete from public.note where created_by = 'PROD_more';",
  },
  bad: {
    file: 'prod/20_rows.sql',
    part: 'announced',
    sql: "select set_config('one_roof.locks', 'note=share row exclusive,ledger=share row exclusive', true) as locks, set_config('one_roof.planned', 'note', true) as planned \\gset",
  },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject)) {
      const planned = plannedRelations(script);
      for (const { verb, relation, statement } of rowsWritten(subject, script))
        if (!planned.has(relation))
          yield problemAt(script, statement, `${verb.toUpperCase()} in ${relation} is not planned`);
    }
  },
};
