import { Client } from 'pg';
import { states, tierStateName } from '../../core/base/names.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { runNow, whenEntered } from '../../tools/interfere.ts';
import { database, released } from '../../tools/package.ts';
import { openStage, type Stage } from '../end-to-end/stage.ts';

/*
 * A backup, or somebody who rewrites a table, holds locks for longer than a step waits for them. The rollback goes on
 * trying, and calls nobody to a database that it can restore by itself.
 */
const failing = released.plan.tiers.filter(({ id }) => id === '4').map(tierStateName);
let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

/** Holds a lock from the entry of a state of the rollback until so many attempts of it have failed. */
async function holdDuring(state: string, lock: string, attempts: number): Promise<() => Promise<string[]>> {
  const client = new Client({ connectionString: stage.server.url(database), application_name: 'pg_dump' });
  await client.connect();
  const errors: string[] = [];
  let inside = false;
  const leave = stage.runtime.stepFunctions.onEvent(({ event }) => {
    const entered = event.stateEnteredEventDetails?.name;
    if (entered !== undefined) inside = entered === state;
    if (entered === state) void client.query(`begin; ${lock}`);
    const error = event.lambdaFunctionFailedEventDetails?.error ?? event.taskFailedEventDetails?.error;
    if (!inside || error === undefined) return;
    errors.push(error);
    if (errors.length === attempts) void client.query('rollback');
  });
  return async () => {
    leave();
    await client.end();
    return errors;
  };
}

it.each([
  ['by a backup of what is undone', states.undo, 'lock table public.axis_registry in access share mode'],
  ['by a rewrite of what is compared', states.proveBaseline, 'lock table public.governance_registry'],
])('a rollback that is held up %s waits, and ends well', async (_by, state, lock) => {
  await stage.fresh();
  const before = await dumpDatabase(stage.server, database);
  const fail = whenEntered(stage.runtime, failing, () =>
    runNow(stage.server, database, `alter table axis_registry add constraint no check (axis_code <> 'containment')`),
  );
  const release = await holdDuring(state, lock, 3);
  const { ending } = await stage.release().finally(fail);
  expect(await release()).toEqual(['ScriptBlocked', 'ScriptBlocked', 'ScriptBlocked']);
  expect(ending.name).toBe('rolled_back');
  expect(await dumpDatabase(stage.server, database)).toBe(before);
});
