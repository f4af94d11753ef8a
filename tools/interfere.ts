import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { states, tierStateName } from '../core/base/names.ts';
import type { Runtime } from '../local/driver/runtime.ts';
import type { PostgresServer } from '../local/postgres/server.ts';
import type { ReleasePlan } from '../core/package/plan-schema.ts';
import { released } from './package.ts';

/** A copy of the database as it was after the last interference: what a rollback has to restore. */
export const interfered = 'interfered';

/** When somebody interferes: after the gate and before the trial, or after both and before the first change. */
type Moment = 'trial' | 'first tier';

/**
 * Runs SQL as superuser when a release enters a state, and holds it up until that is done: for what closes the gate, or
 * makes the trial fail, when it is there before. The database is then copied to {@link interfered}. Returns the function that stops watching.
 * @throws Error when psql fails.
 */
export function interfere(
  { stepFunctions }: Pick<Runtime, 'stepFunctions'>,
  server: PostgresServer,
  sql: string,
  moment: Moment,
  { tiers, database }: Pick<ReleasePlan, 'tiers' | 'database'> = released.plan,
) {
  const state = moment === 'trial' ? states.trial : tiers.slice(0, 1).map(tierStateName)[0];
  return stepFunctions.onEvent(({ event }) => {
    if (event.stateEnteredEventDetails?.name !== state) return;
    // Not awaited but blocking: the machine lives in this process and must not go on meanwhile.
    const psql = join(server.bin, 'psql');
    const { status, stderr } = spawnSync(psql, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', database], {
      env: server.environment(),
      input: `${sql};\ndrop database if exists ${interfered};\ncreate database ${interfered} template ${database};\n`,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
  });
}
