import { dumpDatabase } from '../../../local/postgres/dump.ts';
import { inProject, openStage, rehearse } from './stage.ts';

test('a rehearsal of the second package passes, and leaves its database as it was', async () => {
  const stage = await openStage(inProject('examples/orders'));
  try {
    const before = await dumpDatabase(stage.server, 'shop');
    const runtime = await stage.start();
    const { result, summary } = await rehearse(runtime);
    const shown = await runtime.checkGate();
    await runtime.stop();
    expect([result, summary.reason]).toEqual(['passed', '']);
    expect(shown.rehearsal).toMatchObject({ result: 'passed', runId: summary.runId });
    expect(shown.rehearsal?.tiers.map(({ facts }) => facts?.['orders'])).toEqual([
      '400',
      '400',
      '400',
      '133',
      '12',
      '400',
    ]);
    expect(await stage.left()).toBe('');
    expect(await dumpDatabase(stage.server, 'shop')).toBe(before);
  } finally {
    await stage.stop();
  }
});
