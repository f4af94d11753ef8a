import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStage, type Played, type Stage } from './stage.ts';

/*
 * Databases from the field. The first line of each file says how a release on it ends, `-- expect EXIT [text]`, or a
 * rehearsal where it says so. Where the release does not end well, the database is byte for byte as before.
 */
const folder = join(__dirname, 'cases');

interface Case {
  readonly file: string;
  readonly sql: string;
  readonly exitCode: number;
  readonly text: string;
}

const cases = readdirSync(folder).flatMap((file): Case[] => {
  const sql = readFileSync(join(folder, file), 'utf8');
  const [, exit = '', text = ''] = /^-- expect (\d+) ?(.*)$/m.exec(sql) ?? [];
  return text === '(rehearse)' ? [] : [{ file, sql, exitCode: Number(exit), text }];
});

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());
afterEach(async () => {
  // roles and their settings belong to the server, not to the database
  await stage.query(`set default_transaction_read_only = off;
    alter role context_pack_readonly login valid until 'infinity' connection limit -1;
    alter role workflow_admin reset all;
    alter role workflow_admin in database directus reset all`);
});

/** What a person reads of it. */
function shown({ ending, state }: Played): string {
  const { gate, error } = state;
  return [ending.headline, gate?.blockers, ...(gate?.explanations ?? []), ...(gate?.notes ?? []), error?.Cause].join(
    '\n',
  );
}

it.each(cases)('$file', async ({ sql, exitCode, text }) => {
  const played = await stage.play({ prepare: sql });
  expect([played.ending.exitCode, shown(played)]).toEqual([exitCode, expect.stringContaining(text)]);
  if (exitCode !== 0) expect(played.after).toBe(played.before);
});
