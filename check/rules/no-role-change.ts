import { type Problem, problemAt, type Rule } from '../rule.ts';
import { settingChanges } from '../settings.ts';

const roles = new Set(['role', 'session_authorization']);

/** The channel chooses the role, and what a role may do is part of what is proven. */
export const noRoleChange: Rule = {
  id: 'no-role-change',
  title: 'No SET SESSION AUTHORIZATION, and no SET ROLE but to none.',
  fix: 'remove it; `as` in release.json chooses the role that runs a script',
  good: { file: 'checks/gate.sql', part: 'more', sql: 'select current_user as who \\gset' },
  bad: { file: 'checks/gate.sql', part: 'more', sql: 'set role postgres;' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        for (const { name, value } of settingChanges(statement))
          if (roles.has(name) && !(name === 'role' && value === 'none'))
            yield problemAt(script, statement, `changes ${name.replace('_', ' ')}`);
  },
};
