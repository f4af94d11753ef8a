import { writesOf } from '../effects.ts';
import { rowsWritten } from '../release-rows.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { writingTiers } from '../subject.ts';
import { rollbackBranches } from '../tier-branches.ts';

const branch = (...deletes: string[]): string => `do $tier$
begin
  case current_setting('one_roof.tier')::integer
    when 2 then
${deletes.map((table) => `      delete from public.${table} where created_by = 'PROD_rows';`).join('\n')}
  end case;
end $tier$;`;

/** A branch that leaves rows of its tier behind makes the tier impossible to apply again. */
export const tierRollbackDeletes: Rule = {
  id: 'tier-rollback-deletes',
  title: "A tier's branch in the per-tier rollback deletes from every table the tier inserts into.",
  fix: "add the missing delete to the tier's branch",
  good: { file: 'prod_rollback/per_tier_rollback.sql', part: 'work', sql: branch('ledger', 'note') },
  bad: { file: 'prod_rollback/per_tier_rollback.sql', part: 'work', sql: branch('ledger') },
  *check(subject): Iterable<Problem> {
    const branches = rollbackBranches(subject);
    for (const script of writingTiers(subject).slice(1)) {
      const branchOf = branches.get(script.tier.id);
      if (branchOf === undefined) continue;
      const deleted = new Set(branchOf.flatMap(writesOf).map(({ relation }) => relation));
      const inserts = rowsWritten(subject, script).filter(({ verb }) => verb === 'insert');
      for (const relation of new Set(inserts.map((write) => write.relation)))
        if (!deleted.has(relation))
          yield problemAt(
            script,
            inserts.find((write) => write.relation === relation)?.statement ?? { line: 1 },
            `the branch of tier ${script.tier.id} leaves its rows in ${relation}`,
          );
    }
  },
};
