/**
 * The time-outs of one script. They are nested and derived from the script's budget in the plan, so that the innermost
 * always fires first: statement < psql's `timeout` < SSM executionTimeout < Lambda's own wait < Lambda < task <
 * machine.
 */

/** Seconds that the prelude waits for the release's advisory lock before it names the holder and gives up. */
export const LOCK_WAIT_SECONDS = 20;
/** lock_timeout of every session. It has to be below statement_timeout, or PostgreSQL would never apply it. */
const TABLE_LOCK_SECONDS = 3;
/** SSM refuses a delivery time-out below 30 s (BOTO service model: 30..2,592,000). */
const MIN_DELIVERY_SECONDS = 30;
/** A Lambda function may run for at most 900 s. */
export const MAX_LAMBDA_SECONDS = 900;

/** Time-outs of one script, in whole seconds, each larger than the one before. */
export interface ScriptTimeouts {
  readonly lock: number;
  readonly statement: number;
  readonly psql: number;
  readonly execution: number;
  readonly delivery: number;
  readonly wait: number;
}

/** Derives a script's time-outs from its budget (`seconds` in the plan) and the start-by allowance, both in seconds. */
export function scriptTimeouts(seconds: number, startBySeconds: number): ScriptTimeouts {
  const psql = seconds + LOCK_WAIT_SECONDS + 5;
  const execution = psql + 15;
  return {
    lock: Math.min(TABLE_LOCK_SECONDS, seconds - 1),
    statement: seconds,
    psql,
    execution,
    delivery: Math.max(MIN_DELIVERY_SECONDS, startBySeconds),
    wait: execution + startBySeconds + 10,
  };
}

/** Seconds that a function needs to run these scripts one after the other, with room to write evidence. */
export function functionSeconds(budgets: readonly number[], startBySeconds: number): number {
  return budgets.reduce((sum, seconds) => sum + scriptTimeouts(seconds, startBySeconds).wait, 15);
}

/** Seconds that Step Functions waits for a function: a little longer than the function may run. */
export function taskSeconds(lambdaSeconds: number): number {
  return lambdaSeconds + 15;
}
