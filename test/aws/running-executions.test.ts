import { createRunningReader } from '../../aws/running-executions.ts';
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
  'Await approval': tokenTask({ Next: 'Last' }),
  Last: invokeTask(),
});

test('it lists what is under way on that machine, newest first, and nothing that has ended', async () => {
  const service = await serve({ release: definition, rollback: definition });
  const arns = [start(service, 'release'), start(service, 'release'), start(service, 'release')];
  start(service, 'rollback');
  await until(() => arns.every((arn) => tokens(service.history(arn)).length > 0));
  service.sendTaskSuccess(tokens(service.history(arns[1] ?? ''))[0] ?? '', '{}');
  await service.finished(arns[1] ?? '');
  const reader = createRunningReader(awsClient(service));
  const found = await reader.list(service.machineArn('release'), 10);
  expect(found.map(({ arn }) => arn)).toEqual([arns[2], arns[0]]);
  for (const { arn, name, startedAt } of found)
    expect([name, startedAt]).toEqual([arn.split(':').at(-1), expect.any(Date)]);
  expect(await reader.list(service.machineArn('release'), 1)).toEqual([found[0]]);
});

/** Step Functions with a fixed number of running executions, in pages of three; it notes what it is asked. */
function paged(count: number) {
  const asked: { maxResults?: number; statusFilter?: string; nextToken?: string }[] = [];
  const handle = ({ body }: { body: Uint8Array }) => {
    const request = JSON.parse(new TextDecoder().decode(body)) as (typeof asked)[number];
    asked.push(request);
    const from = Number(request.nextToken ?? 0);
    const executions = Array.from({ length: Math.min(3, count - from) }, (_, index) => ({
      executionArn: `arn:${from + index}`,
      name: `n${from + index}`,
      startDate: 1,
    }));
    const nextToken = from + 3 < count ? String(from + 3) : undefined;
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    const response = { statusCode: 200, headers, body: Buffer.from(JSON.stringify({ executions, nextToken })) };
    return Promise.resolve({ response });
  };
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  return { asked, config: { region: 'eu-central-1', credentials, requestHandler: { handle } as never } };
}

test.each([
  [7, 12, 7, 3],
  [7, 6, 6, 2],
  [1, 12, 1, 1],
  [0, 12, 0, 1],
])('of %d, asked for %d, it reads %d in %d calls: page after page, and no page too many', async (...figures) => {
  const [count, most, listed, calls] = figures;
  const { asked, config } = paged(count);
  const found = await createRunningReader(config).list('m', most);
  expect(found.map(({ name }) => name)).toEqual(Array.from({ length: listed }, (_, index) => `n${index}`));
  expect(asked).toHaveLength(calls);
  for (const request of asked) expect(request).toMatchObject({ maxResults: 1000, statusFilter: 'RUNNING' });
});

test('a refusal is thrown, with its name', async () => {
  const handle = () => {
    const body = Buffer.from(JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }));
    return Promise.resolve({ response: { statusCode: 400, headers: {}, body } });
  };
  const { config } = paged(0);
  const reader = createRunningReader({ ...config, requestHandler: { handle } as never });
  await expect(reader.list('m', 12)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
