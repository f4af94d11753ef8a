import { type Problem, problemAt, type Rule } from '../rule.ts';
import { isBegin } from '../script.ts';
import { settingChanges } from '../settings.ts';
import { nodesOf } from '../statement.ts';

/** With PostgreSQL's own schema alone; a schema of somebody's own would let its functions and operators answer first. */
const trusted = new Set(['pg_catalog, pg_temp', 'pg_catalog']);

/** A function or operator that fits better would run with our rights, whatever stands first on the path. */
export const searchPathPinned: Rule = {
  id: 'search-path-pinned',
  title: 'Every script, and every function it creates, sets search_path to pg_catalog and pg_temp alone.',
  fix: 'set search_path = pg_catalog, pg_temp, and name the rest with its schema',
  good: {
    file: 'prod/20_rows.sql',
    part: 'defaults',
    sql: 'set search_path = pg_catalog, pg_temp;',
  },
  bad: { file: 'prod/20_rows.sql', part: 'defaults', sql: 'set search_path = pg_catalog, public, pg_temp;' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts) {
      if (script.role === 'orchestrator' || script.role === 'runner') continue;
      const begin = script.sent.find(isBegin)?.offset ?? Infinity;
      const paths = script.sent.flatMap((statement) =>
        nodesOf(statement, 'CreateFunctionStmt').length > 0
          ? []
          : settingChanges(statement).map((change) => ({ ...change, statement })),
      );
      const pinned = paths.filter(({ name }) => name === 'search_path');
      if (!pinned.some(({ statement }) => statement.offset < begin))
        yield problemAt(script, { line: 1 }, 'does not set search_path');
      for (const { value, statement } of pinned)
        if (!trusted.has(value)) yield problemAt(script, statement, `sets search_path to ${value}`);
      for (const statement of script.statements)
        if (
          nodesOf(statement, 'CreateFunctionStmt').length > 0 &&
          !settingChanges(statement).some(({ name }) => name === 'search_path')
        )
          yield problemAt(script, statement, 'creates a function without search_path');
    }
  },
};
