import { openStage, rehearse, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

const eager = ['parallel_setup_cost = 0', 'parallel_tuple_cost = 0', 'min_parallel_table_scan_size = 0'];

test('the watch over locks survives parallel workers, which show the locks of their leader under its name', async () => {
  for (const setting of eager) await stage.query(`alter system set ${setting}`);
  await stage.query('select pg_reload_conf()');
  const runtime = await stage.start();
  const { result, summary } = await rehearse(runtime);
  await runtime.stop();
  expect([result, summary.reason]).toEqual(['passed', '']);
});
