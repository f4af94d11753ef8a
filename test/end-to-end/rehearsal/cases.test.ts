import { fieldCases } from '../field-cases.ts';
import { openStage, rehearse, type Stage } from './stage.ts';

/*
 * Databases from the field on which the first line says how a rehearsal ends.
 */
const cases = fieldCases('rehearse');
const passing = cases.filter(({ exitCode }) => exitCode === 0);
const failing = cases.filter(({ exitCode }) => exitCode !== 0);

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

async function rehearsed() {
  const runtime = await stage.start();
  const { result, summary } = await rehearse(runtime);
  await runtime.stop();
  expect(await stage.left()).toBe('');
  return [result, summary.reason];
}

test(`a rehearsal passes on ${passing.map(({ file }) => file).join(' and ')}`, async () => {
  for (const { prepare } of passing) await stage.query(prepare, 'directus');
  expect(passing.length).toBeGreaterThan(2);
  expect(await rehearsed()).toEqual(['passed', '']);
});

test.each(failing)('a rehearsal names what cannot be restored: $file', async ({ prepare, text }) => {
  await stage.fresh();
  await stage.query(prepare, 'directus');
  expect(await rehearsed()).toEqual(['refused', expect.stringContaining(text)]);
});
