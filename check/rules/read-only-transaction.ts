import { type Problem, problemAt, type Rule } from '../rule.ts';
import { isBegin } from '../script.ts';
import { settingChanges } from '../settings.ts';
import { readers } from '../subject.ts';

/** The gate, the probes and the checks run on production before anybody has approved anything. */
export const readOnlyTransaction: Rule = {
  id: 'read-only-transaction',
  title: 'A read-only script begins READ ONLY and never asks for more.',
  fix: 'begin transaction isolation level repeatable read read only',
  good: { file: 'checks/gate.sql', part: 'begin', sql: 'start transaction read only;' },
  bad: { file: 'checks/gate.sql', part: 'begin', sql: 'begin transaction read write;' },
  *check(subject): Iterable<Problem> {
    for (const script of readers(subject))
      for (const statement of script.statements) {
        const begins = isBegin(statement) && !/\bread only\b/.test(statement.code);
        const switches = settingChanges(statement).some(({ name }) =>
          /transaction_read_only$|^transaction$/.test(name),
        );
        if (begins || switches) yield problemAt(script, statement, 'a read-only script may write from here on');
      }
  },
};
