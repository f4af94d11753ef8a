import { readsFrom, refusesAfter, transactionLine } from '../guards.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { writingTiers } from '../subject.ts';

const request = `do $approval$
begin
  if not exists (select from public.request where code = current_setting('one_roof.ratified_apr')) then
    raise exception 'REFUSING: no request';
  end if;
end $approval$;`;
const signature = `do $signature$
begin
  if not exists (select from public.signature) then
    raise exception 'REFUSING: no signature';
  end if;
end $signature$;`;

/** The signature may be withdrawn between the gate and any tier; each tier looks again. */
export const signatureGuard: Rule = {
  id: 'signature-guard',
  title:
    'A tier that writes reads the table of signatures (approval.signature) in its transaction and refuses before its first change.',
  fix: 'include the approval check of the package behind ../runner/open_tier.sql',
  good: { file: 'prod/20_rows.sql', part: 'approval', sql: `${signature}\n${request}` },
  bad: { file: 'prod/20_rows.sql', part: 'approval', sql: request },
  *check(subject): Iterable<Problem> {
    for (const script of writingTiers(subject))
      if (!refusesAfter(script, readsFrom(subject.plan.approval.signature)))
        yield problemAt(script, transactionLine(script), 'applies without looking for the human signature');
  },
};
