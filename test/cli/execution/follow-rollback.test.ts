import { runIdOf } from '../../../core/base/run-id.ts';
import { startStepFunctions, type StepFunctionsService } from '../../../local/step-functions/start-step-functions.ts';
import { oneRoof, useKeyOf } from '../stage.ts';

const fence = 'arn:aws:lambda:eu-central-1:000000000000:function:Fence';
/** What a rollback that was started by hand with {} finds to be the newest release. */
let newest = '';
let service: StepFunctionsService;

beforeAll(async () => {
  service = await startStepFunctions({
    listedAfterMs: 0,
    invoke: (_name, payload) => {
      const { release } = (payload as { state: { release?: { Id: string } } }).state;
      const result = { runId: runIdOf(release?.Id ?? newest), outcome: 'rolled_back' };
      return Promise.resolve({ ok: true, result });
    },
    machines: [
      {
        name: 'OneRoof-Release',
        definition: { StartAt: 'Tier 1', States: { 'Tier 1': { Type: 'Wait', Seconds: 600, End: true } } },
      },
      {
        name: 'OneRoof-Rollback',
        definition: {
          StartAt: 'Fence',
          States: {
            Fence: { Type: 'Task', Resource: fence, Parameters: { 'state.$': '$' }, Next: 'Rolled back' },
            'Rolled back': { Type: 'Succeed' },
          },
        },
      },
    ],
  });
  useKeyOf(service);
});
afterAll(() => service.stop());

function stoppedRelease(): string {
  const { executionArn } = service.startExecution({ stateMachineArn: service.machineArn('OneRoof-Release') });
  service.stopExecution(executionArn);
  return executionArn;
}

async function rollback(input: object): Promise<void> {
  const request = { stateMachineArn: service.machineArn('OneRoof-Rollback'), input: JSON.stringify(input) };
  await service.finished(service.startExecution(request).executionArn);
}

const of = (Id: string) => ({ release: { Id, Name: 'x', StartTime: new Date().toISOString() } });
const run = (...argv: string[]) => oneRoof(...argv, '--endpoint-url', service.endpoint);

test('the rollback of a stopped release is found however many others came after it', async () => {
  const release = stoppedRelease();
  await rollback(of(release));
  for (let other = 0; other < 7; other += 1) await rollback(of(`${release}-${other}`));
  expect((await run('status', release)).stdout).toContain('Stopped. The database is exactly as before.');
  expect(await run('watch', release)).toMatchObject({ exitCode: 13, stderr: '' });
  // A release that was just started may not be listed: whose exit code this is has to be said.
  const unnamed = await run('watch');
  expect(unnamed).toMatchObject({ exitCode: 13 });
  expect(unnamed.stderr).toContain(`${runIdOf(release)} is the newest release that is listed`);
});

test.each([
  ['{}', () => ({})],
  ['its run id', (release: string) => ({ undoReleased: runIdOf(release) })],
])('a rollback that was started by hand with %s is known by what its fence found', async (_what, input) => {
  const release = stoppedRelease();
  newest = release;
  await rollback(input(release));
  await rollback(of('another'));
  const status = JSON.parse((await run('status', release, '--json')).stdout) as object;
  expect(status).toMatchObject({ ending: { name: 'rolled_back', exitCode: 13 } });
  expect(status).toHaveProperty('rollback', expect.stringContaining(':OneRoof-Rollback:'));
});

test('a stopped release without a rollback is said to have none, not to have one that goes on', async () => {
  const earlier = stoppedRelease();
  await rollback(of(earlier));
  const release = stoppedRelease();
  const said = await run('status', release);
  expect(said.stdout).toContain('no rollback of it is to be seen');
  expect(said.stdout).toContain(`one-roof rollback --execution ${runIdOf(release)}`);
});
