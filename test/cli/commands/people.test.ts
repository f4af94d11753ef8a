import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runIdOf } from '../../../core/base/run-id.ts';
import { startLambdaService } from '../../../local/functions/lambda-service.ts';
import { withKey } from '../../local/driver/with-key.ts';
import { exampleApr, oneRoof, oneRoofProcess, openStage, packageDirectory, type Stage, useKeyOf } from '../stage.ts';

let stage: Stage;
let untouched: string;
beforeAll(async () => {
  stage = await openStage();
  untouched = await stage.fresh();
});
afterAll(() => stage.stop());

const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('approve refuses, sends nothing, and the release goes on waiting', () => {
  let arn: string;
  let digest: string;
  beforeAll(async () => {
    const waiting = await stage.ask();
    arn = waiting.arn;
    digest = waiting.request.shown.packageDigest;
  });
  afterAll(async () => {
    expect((await stage.run('reject', '--reason', 'the tests are over')).exitCode).toBe(0);
    await stage.end(arn);
  });
  afterEach(async () => {
    const said = await stage.run('status', '--json');
    expect(parsed(said.stdout)).toMatchObject({ status: 'running', waits: { answersLeft: 3 } });
    expect(await stage.dump()).toBe(untouched);
  });

  test('without a terminal and without --yes, and asks nothing', async () => {
    const said = await stage.run('approve', '--apr', exampleApr);
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain('pass --yes');
  });

  test('a code that can be none, before it costs an answer', async () => {
    const said = await stage.run('approve', '--apr', 'apr-boot', '--yes');
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain(`a code looks like ${exampleApr}`);
  });

  test('a digest that is not the one that waits (exit code 15)', async () => {
    const said = await stage.run('approve', '--apr', exampleApr, '--yes', '--digest', `sha256:${'0'.repeat(64)}`);
    expect(said).toMatchObject({ exitCode: 15, stdout: '' });
    expect(said.stderr).toContain(digest);
  });

  test('a checkout that holds another package, unless told which (exit code 15)', async () => {
    const other = mkdtempSync(join(tmpdir(), 'one-roof-package-'));
    try {
      cpSync(packageDirectory, other, { recursive: true });
      const plan = join(other, 'release.json');
      writeFileSync(plan, readFileSync(plan, 'utf8').replace('Create 11 tables', 'Drop 11 tables'));
      const said = await stage.run('approve', '--apr', exampleApr, '--yes', '--package', other);
      expect(said).toMatchObject({ exitCode: 15, stdout: '' });
      expect(said.stderr).toContain(`--digest ${digest}`);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  test.each([
    ['an execution that does not exist', ['--execution', 'nobody']],
    ['a runtime whose name can be none', ['--name', 'NOT-A-NAME']],
  ])('%s', async (_what, argv) => {
    expect(await stage.run('approve', '--apr', exampleApr, '--yes', ...argv)).toMatchObject({
      exitCode: 2,
      stdout: '',
    });
  });
});

test('approve shows what is approved in plain English: gate, digest, files, steps, who asked, until when', async () => {
  const started = await stage.run('start', '--declared-by', 'Minh of operations');
  const { shown } = await stage.request(started.stdout.trim());
  const said = await stage.run('approve', '--apr', 'APR-BOOT-AUTHMODEL-2', '--yes');
  expect(said.exitCode).toBe(11);
  expect(said.stdout).toContain('Not accepted: status is pending, expected approved or applied. Answers left: 2.');
  for (const fact of [
    shown.packageDigest,
    'by Minh of operations',
    'Answers left  3',
    'READY',
    'gap = 210',
    'Create 11 tables, 31 views and 1 function',
    'after this step nothing is undone automatically',
    'prod/30_ownership_seed.sql',
  ]) {
    expect(said.stderr).toContain(fact);
  }
  expect(said.stderr).toMatch(/Expires {7}\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d:\d\d UTC \(in 59 min \d\d s\)/);
  const again = await stage.run('approve', '--apr', 'APR-BOOT-AUTHMODEL-3', '--yes', '--json');
  expect(again.stderr).toBe('');
  expect(parsed(again.stdout)).toMatchObject({ decision: 'ask_again', answersLeft: 1, runId: shown.runId });
  const last = await stage.run('approve', '--apr', 'APR-BOOT-AUTHMODEL-4', '--yes', '--digest', shown.packageDigest);
  expect(last.stderr).toContain('Your last answer was not accepted: status is rejected');
  expect(last).toMatchObject({ exitCode: 11 });
  expect(last.stdout).toContain('Nothing was run.');
  expect(await stage.run('watch', shown.runId)).toMatchObject({ exitCode: 11 });
  expect(await stage.dump()).toBe(untouched);
});

test('two releases that wait are listed, not guessed; each is reached by run id, name and ARN', async () => {
  const [first, second] = [await stage.ask(), await stage.ask()];
  await stage.listed(second.arn);
  const said = await stage.run('approve', '--apr', exampleApr, '--yes');
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
  expect(said.stderr).toContain(runIdOf(first.arn));
  expect(said.stderr).toContain(runIdOf(second.arn));
  const underWay = ({ arn }: { readonly arn: string }) => `${arn.split(':').at(-1)} (run ${runIdOf(arn)}), started 20`;
  expect(first.request.shown.gate.notes.join('\n')).not.toContain('under way');
  expect(second.request.shown.gate.notes.join('\n')).toContain(underWay(first));
  expect(stage.mails.at(-1)).toContain(underWay(first));
  const mistaken = ['approve', '--apr', 'APR-BOOT-AUTHMODEL-2', '--yes', '--execution'];
  expect((await stage.run(...mistaken, first.arn)).stderr).toContain(`under way now: ${underWay(second)}`);
  const third = await stage.run('start');
  for (const release of [first, second]) expect(third.stderr).toContain(underWay(release));
  await stage.request(third.stdout.trim());
  expect((await stage.run('reject', '--reason', 'one of three', '--execution', third.stdout.trim())).exitCode).toBe(0);
  await stage.end(third.stdout.trim());
  expect((await stage.run('stop', '--yes')).exitCode).toBe(2);
  const byRunId = await stage.run('reject', '--reason', 'a twin', '--execution', runIdOf(first.arn));
  expect(byRunId.stdout).toContain('nothing was run');
  await stage.end(first.arn);
  const late = await stage.run('reject', '--reason', 'a twin', '--execution', first.arn);
  expect(late).toMatchObject({ exitCode: 12, stdout: '' });
  expect((await stage.run('watch', first.arn)).exitCode).toBe(11);
  const name = second.arn.split(':').at(-1) ?? '';
  expect((await stage.run('reject', '--reason', 'a twin', '--execution', name)).exitCode).toBe(0);
  await stage.end(second.arn);
  expect(await stage.dump()).toBe(untouched);
});

test('stop needs --yes without a terminal, waits for the rollback that the rule starts, and never stops a rollback', async () => {
  const { arn, request } = await stage.ask();
  expect((await stage.run('stop')).exitCode).toBe(2);
  expect((await stage.run('status', arn, '--json')).stdout).toContain('"running"');
  const inTier2 = new Promise<void>((resolve) => {
    stage.runtime.stepFunctions.onEvent(({ event }) => {
      if (event.stateEnteredEventDetails?.name === 'Tier 2 Responsibility axis') resolve();
    });
  });
  const { packageDigest } = request.shown;
  await stage.executions.succeed(request.token, { apr: exampleApr, packageDigest });
  await inTier2;
  const said = await stage.run('stop', '--yes', '--json');
  expect(said.exitCode).toBe(0);
  expect(parsed(said.stdout)).toMatchObject({ stopped: true, ending: { name: 'rolled_back' } });
  expect(await stage.dump()).toBe(untouched);
  const [rollback] = await stage.executions.list(stage.runtime.rollbackArn, { most: 1 });
  const refused = await stage.run('stop', '--yes', '--execution', rollback?.arn ?? '');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('never stopped');
  expect((await stage.run('watch', arn)).exitCode).toBe(13);
  expect((await stage.run('watch', rollback?.arn ?? '')).exitCode).toBe(0);
  expect((await stage.run('approve', '--apr', exampleApr, '--yes')).exitCode).toBe(12);
  const again = await stage.run('rollback', '--yes', '--json');
  expect(parsed(again.stdout)).toMatchObject({ ending: { name: 'nothing_to_roll_back', exitCode: 0 } });
  expect(await stage.dump()).toBe(untouched);
});

test('a release from start to report, by commands alone; watch follows it in plain lines', async () => {
  const started = parsed((await stage.run('start', '--json')).stdout);
  const [runId, arn] = [String(started['runId']), String(started['executionArn'])];
  const { token } = await stage.request(arn);
  expect((await stage.run('rollback', '--yes', '--execution', runId)).stderr).toContain('still running');
  const watching = oneRoofProcess('watch', runId, '--endpoint-url', stage.runtime.stepFunctions.endpoint);
  const approved = await stage.run('approve', '--apr', exampleApr, '--yes', '--declared-by', 'the owner');
  expect(approved.stdout).toContain(`Approved. Release ${runId} is running now.`);
  const watched = await watching;
  expect(watched).toMatchObject({ exitCode: 0, stderr: '' });
  const lines = watched.stdout.split('\n').map((line) => line.slice(0, 28).trim());
  expect(lines).toEqual(
    expect.arrayContaining(['✓ Check gate', '… Await approval', '✓ Tier 8 Verify', '✓ Release complete']),
  );
  expect(watched.stdout).not.toContain('\u001b');

  const status = parsed((await stage.run('status', '--json')).stdout);
  expect(status).toMatchObject({ runId, status: 'succeeded', ending: { name: 'released', exitCode: 0 } });
  const history = await stage.run('history', runId, '--json');
  expect(history.stdout).not.toContain(token);
  expect((history.stdout + (await stage.run('status', runId, '--json')).stdout).includes(token)).toBe(false);
  const { events } = parsed(history.stdout) as { events: { id: number; type: string }[] };
  expect(events.map(({ id }) => id)).toEqual(events.map((_event, index) => index + 1));
  expect((await stage.run('history', runId)).stdout).toMatch(/TaskStateExited\s+│ Tier 1 Structure {2}tables=11/);
  const report = (await stage.run('report')).stdout.trim();
  expect(readFileSync(report, 'utf8')).toContain('the owner');
  expect((await stage.run('report', '--print')).stdout.trim()).toBe(readFileSync(report, 'utf8').trim());

  const released = await stage.dump();
  const back = await stage.run('rollback', '--yes');
  expect(back).toMatchObject({ exitCode: 0 });
  expect(back.stdout).toContain('nothing was undone');
  expect(back.stderr).toContain(`--undo-released ${runId}`);
  expect((await stage.run('rollback', '--undo-released', runId)).exitCode).toBe(2);
  expect((await stage.run('rollback', '--undo-released', '000000000000', '--yes')).exitCode).toBe(2);
  expect(await stage.dump()).toBe(released);
  expect(await stage.fresh()).toBe(untouched);
});

test.each([
  ['watch', []],
  ['status', []],
  ['report', []],
  ['stop', ['--yes', '--execution']],
  ['rollback', ['--yes', '--execution']],
])('%s refuses the ARN of a rehearsal, and says what to look at it with', async (command, options) => {
  const executionArn = `${stage.runtime.rehearsalArn.replace(':stateMachine:', ':execution:')}:passed`;
  const said = await stage.run(command, ...options, executionArn);
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
  expect(said.stderr).toContain(`aws stepfunctions describe-execution --execution-arn ${executionArn}`);
});

test('a release that was just started is found, and not taken for the one before it, although no list shows it', async () => {
  const start = async () => {
    const { stdout, stderr } = await stage.run('start');
    const arn = stdout.trim();
    return { arn, runId: runIdOf(arn), stderr };
  };
  const first = await start();
  expect(first.stderr).toContain(
    `one-roof watch --endpoint-url ${stage.runtime.stepFunctions.endpoint} ${first.runId}\n`,
  );
  expect(parsed((await stage.run('status', first.runId, '--json')).stdout)).toMatchObject({ runId: first.runId });
  await stage.run('reject', '--reason', 'the one before');
  await stage.end(first.arn);

  const second = await start();
  expect((await stage.run('stop', '--yes')).stderr).toContain(`Release ${second.runId} is at`);

  const third = await start();
  const rejected = await stage.run('reject', '--reason', 'the tests are over');
  expect(rejected.stdout).toContain(`Rejected. Release ${third.runId} ends`);
  await stage.end(third.arn);
  expect(await stage.dump()).toBe(untouched);
});

test('a closed gate ends a release before anybody is asked, and watch says so with exit code 10', async () => {
  await stage.sql('delete from os_proposal_approvals;');
  const closed = await stage.dump();
  const { executionArn } = parsed((await stage.run('start', '--json')).stdout);
  const watched = await stage.run('watch', String(executionArn));
  expect(watched).toMatchObject({ exitCode: 10 });
  expect(watched.stdout).toContain('Gate still closed (ospa<1;)');
  expect(await stage.dump()).toBe(closed);
  expect(await stage.fresh()).toBe(untouched);
});

test('any engine can drive the same handlers through Lambda: the gate is read over HTTP', async () => {
  const { functions, stepFunctions } = stage.runtime;
  const service = await startLambdaService(functions, stepFunctions.key);
  try {
    const name = [...functions.keys()].find((key) => key.includes('CheckGate')) ?? '';
    const now = new Date().toISOString();
    const headers = { ...withKey(service.key), 'content-type': 'application/json' };
    const invoke = async (event: unknown) => {
      const init = { method: 'POST', body: JSON.stringify(event), headers };
      const response = await fetch(`${service.endpoint}/2015-03-31/functions/${name}/invocations`, init);
      return { error: response.headers.get('x-amz-function-error'), body: await response.json() };
    };
    const execution = { Id: `other-engine:${now}`, Name: 'one', StartTime: now };
    const read = await invoke({ input: {}, execution, state: { Name: 'Check gate', EnteredTime: now } });
    expect(read).toMatchObject({ error: null, body: { ready: true, gate: { status: 'READY' } } });
    expect(await invoke({})).toMatchObject({ error: 'Unhandled', body: { errorType: 'InputInvalid' } });
  } finally {
    await service.stop();
  }
});

test('an endpoint where nothing listens is said so, and is no crash', async () => {
  useKeyOf({ key: 'any' });
  const said = await oneRoof('status', '--endpoint-url', 'http://127.0.0.1:9');
  expect(said).toMatchObject({ exitCode: 1, stdout: '' });
  expect(said.stderr).toContain('Nothing answers at the Step Functions endpoint');
  expect(said.stderr).not.toContain('Unexpected error');
});

test.each(['local', 'start', 'status', 'watch', 'approve', 'reject', 'stop', 'rollback', 'history', 'report'])(
  '%s has help with examples',
  async (command) => {
    const said = await oneRoof(command, '--help');
    expect(said.exitCode).toBe(0);
    expect(said.stdout).toContain(`Examples:\n  one-roof ${command}`);
    expect(said.stdout).toContain('--json');
  },
);
