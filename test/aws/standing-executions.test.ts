import { createStandingReader } from '../../aws/standing-executions.ts';
import { awsClient } from '../../local/driver/loopback-client.ts';
import {
  invokeTask,
  machine,
  serve,
  start,
  stopAll,
  tokens,
  tokenTask,
  until,
} from '../local/step-functions/harness.ts';

afterEach(stopAll);

const definition = machine({
  First: invokeTask({ Next: 'Await approval' }),
  'Await approval': tokenTask({ Next: 'Last' }),
  Last: { Type: 'Succeed' },
});

test('of every running execution it says the state and since when, and of ended ones nothing', async () => {
  const service = await serve({ release: definition, other: definition });
  const reader = createStandingReader(awsClient(service));
  const arn = start(service, 'release');
  const ending = start(service, 'release');
  start(service, 'other');
  const waits = (execution: string) => service.history(execution).some(({ type }) => type === 'TaskSubmitted');
  await until(() => waits(arn) && waits(ending));
  service.sendTaskSuccess(tokens(service.history(ending))[0] ?? '', '{}');
  await service.finished(ending);

  const entered = service.history(arn).findLast((event) => event.stateEnteredEventDetails !== undefined);
  const found = await reader.standing(service.machineArn('release'));
  expect(found).toEqual([{ arn, state: 'Await approval', since: expect.any(Date) as unknown }]);
  // The wire carries whole milliseconds.
  expect(Math.abs((found[0]?.since.getTime() ?? 0) - (entered?.timestamp.getTime() ?? 1e6))).toBeLessThan(2);
});
