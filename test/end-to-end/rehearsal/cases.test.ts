import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStage, rehearse, type Stage } from './stage.ts';

/*
 * Databases from the field whose first line says that they can be rehearsed on.
 */
const folder = join(__dirname, '../cases');
const cases = readdirSync(folder).filter((file) =>
  readFileSync(join(folder, file), 'utf8').startsWith('-- expect 0 (rehearse)'),
);

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  for (const file of cases) await stage.query(readFileSync(join(folder, file), 'utf8'), 'directus');
});
afterAll(() => stage.stop());

test(`a rehearsal passes on ${cases.join(' and ')}`, async () => {
  const runtime = await stage.start();
  const { result, summary } = await rehearse(runtime);
  await runtime.stop();
  expect(cases.length).toBeGreaterThan(2);
  expect([result, summary.reason]).toEqual(['passed', '']);
  expect(await stage.left()).toBe('');
});
