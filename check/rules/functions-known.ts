import { answering, permitted, reaching } from '../known-functions.ts';
import { listAt, textAt } from '../parse-sql.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { nodesOf, type Statement } from '../statement.ts';
import type { PlacedScript, Subject } from '../subject.ts';

/** Functions that a package makes, by name, and those that it replaces. */
const own = ({ plan }: Subject): ReadonlySet<string> =>
  new Set(
    [...plan.creates.functions, ...(plan.replaces?.functions ?? [])].map((signature) => signature.split('(')[0] ?? ''),
  );

/** A call by the names that it is written with: of a schema or of none. */
function callsIn(statement: Statement): { schema: string; name: string }[] {
  return nodesOf(statement, 'FuncCall').map((node) => {
    const names = listAt(node, 'funcname').map((part) => textAt(part, 'String', 'sval'));
    return { schema: names.length > 1 ? (names[0] ?? '') : '', name: names.at(-1) ?? '' };
  });
}

/** An undo puts sequences back, behind RESTART, which makes that part of its transaction. */
const putsBack = ({ role, text }: PlacedScript): boolean =>
  (role === 'undo' || role === 'tier-undo') && /\brestart\b/i.test(text);

/** What a function does is not written where it is called, and much of it no rollback takes back. */
export const functionsKnown: Rule = {
  id: 'functions-known',
  title: 'Only functions are called that do nothing but answer, or that the release makes itself.',
  fix: 'write it in SQL; or accept the finding in release.json, with the reason for the approver',
  good: { file: 'prod/20_rows.sql', part: 'more', sql: 'select length(code) from public.note;' },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: "select setval('public.ledger_id_seq', 1);" },
  *check(subject): Iterable<Problem> {
    const made = own(subject);
    for (const script of subject.scripts) {
      if (script.role === 'orchestrator' || script.role === 'runner') continue;
      for (const statement of script.statements) {
        if (script.origin(statement.line).file.startsWith('runner/')) continue;
        for (const { schema, name } of callsIn(statement)) {
          const builtIn = answering.has(name) || permitted.has(name) || (name === 'setval' && putsBack(script));
          const known =
            (builtIn && (schema === '' || schema === 'pg_catalog')) || (schema !== 'pg_catalog' && made.has(name));
          if (!known && !reaching.test(name))
            yield problemAt(script, statement, `calls ${name}, which may do more than answer`);
        }
      }
    }
  },
};
