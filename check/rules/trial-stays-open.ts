import { forbid, mentions, nodes } from '../forbid.ts';
import type { Rule } from '../rule.ts';

/** The trial runs these scripts in a transaction that a cursor keeps from committing, for as long as the cursor is open. */
export const trialStaysOpen: Rule = forbid({
  id: 'trial-stays-open',
  title: 'No CLOSE, and no word of the cursor and the settings by which a trial cannot commit.',
  fix: 'let the cursor end with its transaction, or declare and close it in a DO block of its own',
  looksFor: [
    nodes(['ClosePortalStmt'], 'may close the cursor that keeps the trial from committing'),
    mentions(/one_roof_never_commits|one_roof\.trial/, 'is the trial’s own'),
  ],
  good: {
    file: 'prod/20_rows.sql',
    part: 'after',
    sql: 'declare codes cursor with hold for select code from public.note;',
  },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: 'close all;' },
});
