import { type Problem, problemAt, type Rule } from '../rule.ts';
import { settingChanges } from '../settings.ts';

const never = new Set(
  'session_replication_role allow_system_table_mods synchronous_commit fsync full_page_writes track_counts zero_damaged_pages ignore_system_indexes check_function_bodies event_triggers'.split(
    ' ',
  ),
);
const never0 = new Set(['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout']);
/** Off is no way round a policy: what it would hide is an error then, where on means fewer rows. */
const onlyOff = 'row_security';
const psqlNever = /^(ON_ERROR_ROLLBACK|AUTOCOMMIT|SINGLESTEP|SINGLELINE|ECHO_HIDDEN)\b/;

/** Triggers, constraints and time-outs that are switched off for a release are missing when they are needed. */
export const noWeakSettings: Rule = {
  id: 'no-weak-settings',
  title: 'No setting that switches triggers, constraints, durability, statistics or a time-out off.',
  fix: 'remove it; work with the protections on',
  good: { file: 'prod/20_rows.sql', part: 'more', sql: "set local lock_timeout = '2s';" },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: 'set local session_replication_role = replica;' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts) {
      for (const statement of script.statements)
        for (const { name, value } of settingChanges(statement))
          if (never.has(name) || (never0.has(name) && /^0/.test(value)) || (name === onlyOff && value !== 'off'))
            yield problemAt(script, statement, `changes ${name}${value === '' ? '' : ` to ${value}`}`);
      for (const command of script.commands)
        if (/^(un)?set$/.test(command.name) && psqlNever.test(command.argument))
          yield problemAt(script, command, `\\${command.name} ${command.argument} changes what an error does`);
    }
  },
};
