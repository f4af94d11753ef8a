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
 * Calls something whenever a release enters one of these states, and holds the release up until that is done: the machine
 * lives in this process. Returns the function that stops watching.
 */
export function whenEntered(
  { stepFunctions }: Pick<Runtime, 'stepFunctions'>,
  states: readonly string[],
  act: () => void,
) {
  return stepFunctions.onEvent(({ event }) => {
    if (states.includes(event.stateEnteredEventDetails?.name ?? '')) act();
  });
}

/** Runs SQL as superuser, blocking this process until it is done. @throws Error when psql fails. */
export function runNow(server: PostgresServer, database: string, sql: string): void {
  const psql = join(server.bin, 'psql');
  const { status, stderr } = spawnSync(psql, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', database], {
    env: server.environment(),
    input: sql,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

/**
 * Runs SQL as superuser when a release enters a state, and holds it up until that is done: for what closes the gate, or
 * makes the trial fail, when it is there before. The database is then copied to {@link interfered}. Returns the function that stops watching.
 * @throws Error when psql fails.
 */
export function interfere(
  runtime: Pick<Runtime, 'stepFunctions'>,
  server: PostgresServer,
  sql: string,
  moment: Moment,
  { tiers, database }: Pick<ReleasePlan, 'tiers' | 'database'> = released.plan,
) {
  const entered = moment === 'trial' ? [states.trial] : tiers.slice(0, 1).map(tierStateName);
  const copied = `drop database if exists ${interfered};\ncreate database ${interfered} template ${database};`;
  return whenEntered(runtime, entered, () => runNow(server, database, `${sql};\n${copied}\n`));
}
