import { printingStatements } from '../proof-template.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';

/** Success is positive evidence: a script whose line cannot match would fail in production after its COMMIT. */
export const proofLine: Rule = {
  id: 'proof-line',
  title: "A script prints a line that the plan's proof pattern can match.",
  fix: 'make the SELECT after COMMIT and the pattern in release.json agree, letter by letter',
  good: { file: 'prod/20_rows.sql', part: 'proof', sql: "select 'rows=' || (select count(*) from public.note);" },
  bad: { file: 'prod/20_rows.sql', part: 'proof', sql: "select format('row count=%s', count(*)) from public.note;" },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts) {
      if (script.proof === undefined || printingStatements(script).length > 0) continue;
      yield problemAt(script, script.sent.at(-1) ?? { line: 1 }, `nothing prints a line like ${script.proof}`);
    }
  },
};
