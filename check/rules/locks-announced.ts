import { announcedLocks, lockModes, locksOf } from '../locks.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { insideTransaction } from '../script.ts';
import { writers } from '../subject.ts';

/**
 * A lock that makes the application wait is taken first, by short tries, in the block that names it; anywhere else
 * it queues behind one idle reader, and everybody else behind it. A sequence goes with its table.
 */
export const locksAnnounced: Rule = {
  id: 'locks-announced',
  title:
    'A lock that makes writers of an existing table wait is announced in one_roof.locks before, at least as strong.',
  fix: "add '<table>=<mode>' to one_roof.locks, put the statement behind its include of ../runner/lock_more.sql, or do without it",
  good: { file: 'prod/20_rows.sql', part: 'more', sql: 'lock table public.ledger in share row exclusive mode;' },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: 'lock table public.ledger in access exclusive mode;' },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject)) {
      for (const statement of insideTransaction(script)) {
        const taken = locksOf(statement);
        const announced = taken.length === 0 ? new Map<string, number>() : announcedLocks(script, statement);
        for (const { relation, mode } of taken) {
          const owner = [...announced.keys()].find(
            (table) => relation.startsWith(`${table}_`) && relation.endsWith('_seq'),
          );
          const level = announced.get(relation) ?? announced.get(owner ?? '') ?? 0;
          if (subject.created.has(relation) || level >= mode) continue;
          yield problemAt(
            script,
            statement,
            `takes ${(lockModes[mode] ?? '').toUpperCase()} on ${relation}, announced is ${lockModes[level] ?? 'none'}`,
          );
        }
      }
    }
  },
};
