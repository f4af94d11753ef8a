import type { Runtime } from '../../../local/driver/runtime.ts';
import { until } from '../../until.ts';
import { openStage, rehearse, type Stage, states } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

/** Starts a rehearsal and waits until a state is entered. @throws when the rehearsal ends before. */
async function entered(runtime: Runtime, name: string): Promise<string> {
  const { stepFunctions, rehearsalArn } = runtime;
  const reached = new Promise<void>((resolve) => {
    stepFunctions.onEvent(({ event }) => {
      if (event.stateEnteredEventDetails?.name === name) resolve();
    });
  });
  const { executionArn } = stepFunctions.startExecution({ stateMachineArn: rehearsalArn });
  const ended = stepFunctions.finished(executionArn).then(() => {
    const failure = stepFunctions.history(executionArn).find(({ type }) => type === 'LambdaFunctionFailed');
    throw new Error(`ended before ${name}: ${failure?.lambdaFunctionFailedEventDetails?.cause ?? ''}`);
  });
  ended.catch(() => undefined);
  await Promise.race([reached, ended]);
  return executionArn;
}

/** As SIGKILL of the command does: no state goes on, and everything in the container dies, the guard included. */
async function kill(runtime: Runtime): Promise<void> {
  await runtime.docker?.stop();
  await runtime.stop();
}

test.each(states)('killed at "%s", a rehearsal leaves nothing that the next command does not remove', async (name) => {
  const runtime = await stage.start();
  await entered(runtime, name);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await kill(runtime);
  const before = await stage.left();
  const next = await stage.start();
  await entered(next, 'Clone');
  // Everything in the container is dead, so nobody else removes it; a backend takes a moment to notice.
  for (const left of before.split('\n').filter((line) => line !== ''))
    await until(async () => ((await stage.left()).includes(left) ? undefined : true));
  await kill(next);
});

test('stopped, a rehearsal is cleaned up by its guard, without any further command', async () => {
  const runtime = await stage.start();
  runtime.stepFunctions.stopExecution(await entered(runtime, 'Rehearse forward'));
  await until(async () => ((await stage.left()) === '' ? true : undefined));
  expect((await rehearse(runtime)).result).toBe('passed');
  await until(async () => ((await stage.left()) === '' ? true : undefined));
  await runtime.stop();
});
