import { type Problem, problemAt, type Rule } from '../rule.ts';
import { rollbackBranches } from '../tier-branches.ts';
import { writingTiers } from '../subject.ts';

const branch = (number: string): string => `do $tier$
begin
  case current_setting('one_roof.tier')::integer
    when ${number} then
      delete from public.note where created_by = 'PROD_rows';
      delete from public.ledger where created_by = 'PROD_rows';
  end case;
end $tier$;`;

/** Surgery on one tier needs a knife for each. The first writing tier is the structure; the last one seals. */
export const tierHasRollback: Rule = {
  id: 'tier-has-rollback',
  title: 'Every tier that writes, but the first and the sealing one, has a branch in the per-tier rollback.',
  fix: 'add `when <tier> then` with the deletes of its rows to the per-tier rollback',
  good: { file: 'prod_rollback/per_tier_rollback.sql', part: 'work', sql: branch('2') },
  bad: { file: 'prod_rollback/per_tier_rollback.sql', part: 'work', sql: branch('3') },
  *check(subject): Iterable<Problem> {
    const branches = rollbackBranches(subject);
    for (const script of writingTiers(subject).slice(1))
      if (!script.tier.seals && !branches.has(script.tier.id))
        yield problemAt(script, { line: 1 }, `tier ${script.tier.id} has no branch in the per-tier rollback`);
  },
};
