import { states } from '../../core/base/names.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { isObject, type JsonObject, toJson } from '../../local/step-functions/json.ts';
import { database } from '../package.ts';
import { Drive } from './drive.ts';
import { chaosSettings, readTexts, type Boundary, type Stand } from './stand.ts';

/**
 * The state as the functions of a drive would have carried it. The release that is played here has a longer start-by.
 */
function impatient(input: JsonObject): JsonObject {
  const { startBySeconds } = chaosSettings;
  return startBySeconds === undefined || !('startBySeconds' in input) ? input : { ...input, startBySeconds };
}

/**
 * Plays one undisturbed release from the gate and keeps, for each state, its input, a template of the database and the
 * evidence so far. Leaves the database released.
 */
export async function playBaseline(stand: Stand): Promise<Map<string, Boundary>> {
  const boundaries = new Map<string, Boundary>();
  const drive = new Drive(stand, {
    id: 'baseline',
    kind: 'baseline',
    start: states.checkGate,
    injection: {
      lambda: async ({ state, drive: own }, run) => {
        const copy = `at_${boundaries.size}`;
        await copyDatabase(stand.server, { from: database, to: copy });
        const input = toJson(own.lastInput);
        const folder = join(own.evidenceFolder, own.runId);
        const evidence = existsSync(folder) ? readTexts(folder) : new Map<string, string>();
        boundaries.set(state, { state, input: isObject(input) ? impatient(input) : {}, database: copy, evidence });
        return run();
      },
    },
  });
  try {
    await drive.prepare();
    const { ending, headline } = await drive.run();
    if (ending !== 'released') throw new Error(`the undisturbed release ended as ${ending}: ${headline}`);
    return boundaries;
  } finally {
    await drive.close();
  }
}
