import type { Script } from '../package/plan-schema.ts';
import type { ScriptTimeouts } from './timeouts.ts';

/**
 * The settings of a script's session as psql's PGOPTIONS: bounds for whoever leaves it waiting, and a meaning of names
 * that nobody else decides.
 */
export function sessionOptions(script: Script, timeouts: ScriptTimeouts): string {
  const settings = [
    // Before the server runs anything for the session: a name means what PostgreSQL means by it, whatever the role's
    // own settings say.
    'search_path=pg_catalog,pg_temp',
    'role=none',
    'local_preload_libraries=',
    `lock_timeout=${timeouts.lock}s`,
    `statement_timeout=${timeouts.statement}s`,
    `idle_in_transaction_session_timeout=${timeouts.statement}s`,
    // PostgreSQL 14+: an orphaned backend notices within half a second that its psql is gone; off by default.
    'client_connection_check_interval=500ms',
    ...(script.mutates ? [] : ['default_transaction_read_only=on']),
  ];
  return settings.map((setting) => `-c ${setting}`).join(' ');
}
