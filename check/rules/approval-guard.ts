import { readsFrom, refusesAfter, transactionLine } from '../guards.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { writingTiers } from '../subject.ts';

const signature = `do $approval$
begin
  if not exists (select from public.signature) then
    raise exception 'REFUSING: no signature';
  end if;
end $approval$;`;
const request = (guard: string): string => `do $request$
declare
  apr text := current_setting('one_roof.ratified_apr');
begin
  if not exists (select from public.request where code = apr) then
    ${guard}
  end if;
end $request$;`;

/** The code of the ratified request is what the approver answered with; the database decides whether it holds. */
export const approvalGuard: Rule = {
  id: 'approval-guard',
  title:
    'A tier that writes looks the request up in the table of requests (approval.request) and refuses before its first change.',
  fix: 'include the approval check of the package behind ../runner/open_tier.sql',
  good: {
    file: 'prod/20_rows.sql',
    part: 'approval',
    sql: `${signature}\n${request("raise exception 'REFUSING: no request';")}`,
  },
  bad: { file: 'prod/20_rows.sql', part: 'approval', sql: `${signature}\n${request("raise notice 'no request';")}` },
  *check(subject): Iterable<Problem> {
    for (const script of writingTiers(subject)) {
      const reads = refusesAfter(script, readsFrom(subject.plan.approval.request));
      if (!reads || !script.statements.some(({ text }) => text.includes('one_roof.ratified_apr')))
        yield problemAt(script, transactionLine(script), 'applies without looking up the approval request');
    }
  },
};
