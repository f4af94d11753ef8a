import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { releaseEnding } from '../../cli/execution/ending-of-history.ts';
import { openRequest } from '../../core/approval/approval-request.ts';
import { ScriptFailed } from '../../core/base/errors.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { cachedRelease } from '../../local/driver/cached-release.ts';
import { localSettings } from '../../local/driver/runtime.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { exampleApr, openStage, packageDirectory, type Stage } from '../end-to-end/stage.ts';
import { until } from '../until.ts';
import { hasSecondEngine, type SecondEngine, startSecondEngine } from './second-engine.ts';

if (!hasSecondEngine) process.stderr.write('SKIPPED the second engine: this machine has no python3 with moto\n');

/** Each event as its type and the state that it enters or leaves. */
function outline(events: readonly HistoryEvent[]): string[] {
  return events.map(({ type, stateEnteredEventDetails: entered, stateExitedEventDetails: exited }) =>
    [type, entered?.name ?? exited?.name].filter((part) => part !== undefined).join(' '),
  );
}

(hasSecondEngine ? describe : describe.skip)('through the interpreter of moto', () => {
  let stage: Stage;
  let engine: SecondEngine;
  let untouched: string;
  beforeAll(async () => {
    stage = await openStage();
    engine = await startSecondEngine(cachedRelease({ packageDirectory, settings: localSettings }), stage.runtime);
  });
  afterAll(async () => {
    await engine.stop();
    await stage.stop();
  });
  beforeEach(async () => {
    await stage.fresh();
    untouched = await dump();
  });

  const dump = () => dumpDatabase(stage.server, 'directus');
  const ended = (arn: string) =>
    until(async () => {
      const { status } = await engine.executions.describe(arn);
      return status === 'RUNNING' ? undefined : status;
    });

  /** Plays a release, which a test approves, to its end. */
  async function release(name: string): Promise<{ arn: string; status: string; events: HistoryEvent[] }> {
    const arn = await engine.executions.start(engine.releaseArn, name, {});
    const request = await until(async () => openRequest(await engine.executions.history(arn)));
    const { packageDigest } = request.shown;
    await engine.executions.succeed(request.token, { apr: exampleApr, packageDigest, declaredBy: 'a test' });
    return { arn, status: await ended(arn), events: await engine.executions.history(arn) };
  }

  test('a release takes the same way as through ours, event by event, and the operator undoes it', async () => {
    const { arn, status, events } = await release('succeeds');
    expect(status).toBe('SUCCEEDED');
    expect(await dump()).not.toBe(untouched);
    const StartTime = new Date().toISOString();
    const input = { release: { Id: arn, Name: 'succeeds', StartTime }, undoReleased: runIdOf(arn) };
    expect(await ended(await engine.executions.start(engine.rollbackArn, 'undoes', input))).toBe('SUCCEEDED');
    expect(await dump()).toBe(untouched);
    const { executionArn } = await stage.release();
    expect(outline(events)).toEqual(outline(stage.runtime.stepFunctions.history(executionArn)));
  });

  test('a tier that fails is rolled back by the ROLLBACK that its Catch starts', async () => {
    const tier = [...engine.functions.keys()].find((name) => name.startsWith('ReleaseTier3')) ?? '';
    engine.functions.set(tier, () => Promise.reject(new ScriptFailed('tier-3: not today')));
    const { events } = await release('fails');
    expect(releaseEnding(events).name).toBe('rolled_back');
    expect(await dump()).toBe(untouched);
  });
});
