import { type Problem, problemAt, type Rule } from '../rule.ts';
import { isBegin } from '../script.ts';
import { settingChanges } from '../settings.ts';
import { nodesOf } from '../statement.ts';

/** A function of the same name in another schema would run with our rights. */
export const searchPathPinned: Rule = {
  id: 'search-path-pinned',
  title: 'Every script, and every function it creates, sets search_path, beginning with pg_catalog.',
  fix: 'set search_path = pg_catalog, public, pg_temp',
  good: {
    file: 'prod/20_rows.sql',
    part: 'defaults',
    sql: 'set search_path = pg_catalog, pg_temp;',
  },
  bad: { file: 'prod/20_rows.sql', part: 'defaults', sql: 'set search_path = public, pg_catalog;' },
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
        if (value !== 'pg_catalog') yield problemAt(script, statement, `search_path begins with ${value}`);
      for (const statement of script.statements)
        if (
          nodesOf(statement, 'CreateFunctionStmt').length > 0 &&
          !settingChanges(statement).some(({ name }) => name === 'search_path')
        )
          yield problemAt(script, statement, 'creates a function without search_path');
    }
  },
};
