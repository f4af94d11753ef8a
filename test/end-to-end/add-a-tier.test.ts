import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newTier } from '../../cli/commands/new-tier.ts';
import { openStage, packageDirectory, type Stage } from './stage.ts';

const copy = mkdtempSync(join(tmpdir(), 'one-roof-tier-'));
let stage: Stage;
beforeAll(async () => {
  cpSync(packageDirectory, copy, { recursive: true });
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await newTier('70_example', { package: copy });
  await newTier('71_another', { package: copy });
  jest.restoreAllMocks();
  stage = await openStage(copy);
});
afterAll(async () => {
  await stage.stop();
  rmSync(copy, { recursive: true, force: true });
});

describe('two tiers added without TypeScript', () => {
  it('are states of their own, run between tier 6 and the seal, and are released with the others', async () => {
    const { ending, state, executionArn } = await stage.play();
    expect(ending.name).toBe('released');
    expect(state.tiers?.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '71', '8']);
    const entered = stage.runtime.stepFunctions
      .history(executionArn)
      .map((event) => event.stateEnteredEventDetails?.name);
    expect(entered).toEqual(expect.arrayContaining(['Tier 7 Example', 'Tier 71 Another']));
  });

  it('are undone with the others when the seal fails', async () => {
    const { ending, before, after } = await stage.play({ interferenceFile: join(__dirname, 'failing/tier-8.sql') });
    expect(ending.exitCode).toBe(13);
    expect(after).toBe(before);
  });
});
