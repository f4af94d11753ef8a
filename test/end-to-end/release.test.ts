import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainProblems } from '../../core/evidence/chain.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import { exampleApr, openStage, packageDirectory, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

/** The lines of a dump without what may differ between two releases: stamps, times, run ids, digests of such rows. */
function comparable(dump: string): Set<string> {
  return new Set(
    dump
      .replaceAll(/one-roof run=[^ ]+ state=/g, 'one-roof run=RUN state=')
      .replaceAll(/one-roof\/(hand-[0-9TZ]+|[0-9a-f]{12})/g, 'one-roof/RUN')
      .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:DIGEST')
      .replaceAll(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?\+00/g, 'TIME')
      .split('\n'),
  );
}

describe('a release on a clean, signed database', () => {
  it('ends released and verified, with every tier, a whole evidence chain and a report', async () => {
    const { ending, state, runId, report } = await stage.play();
    expect(ending).toEqual({ name: 'released', exitCode: 0, headline: 'ROLLOUT COMPLETE — ALL TIERS PASSED' });
    expect(state.tiers?.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '8']);
    expect(state.postChecks?.problems).toEqual([]);
    const entries = await createEvidenceFolder(stage.runtime.evidenceFolder).list(runId);
    expect(chainProblems(entries.map(({ text }) => text))).toEqual([]);
    expect(report !== undefined && existsSync(report)).toBe(true);
    const [rows] = (
      await stage.query('select count(*), min(approval_ref), max(created_by) from governance_object_ownership')
    ).split('\n');
    expect(rows).toBe(`30|${exampleApr}|PROD_OWNERSHIP_SEED_2026-06-03`);
  });

  it('gives the same database as the runbook by hand, but for stamps, times and run ids', async () => {
    const { after } = await stage.play();
    await stage.fresh();
    const byHand = await runPsql(stage.server, {
      database: 'directus',
      directory: join(packageDirectory, 'prod'),
      file: '99_run_all.sql',
      variables: { ratified_apr: exampleApr },
    });
    expect(byHand.exitCode).toBe(0);
    expect(byHand.stdout).toContain('ROLLOUT COMPLETE — ALL TIERS PASSED');
    const [hand, machine] = [comparable(await dumpDatabase(stage.server, 'directus')), comparable(after)];
    expect([...hand].filter((line) => !machine.has(line))).toEqual([]);
    expect([...machine].filter((line) => !hand.has(line))).toEqual([]);
  });

  it('is BLOCKED the second time, and leaves the first alone', async () => {
    await stage.play();
    const before = await dumpDatabase(stage.server, 'directus');
    const { ending } = await stage.release();
    expect(ending.headline).toContain('axis_present;');
    expect(ending.exitCode).toBe(10);
    expect(await dumpDatabase(stage.server, 'directus')).toBe(before);
  });

  it('keeps SQL, output and the task token out of state, evidence and log', async () => {
    const { runId, executionArn } = await stage.play();
    const folder = createEvidenceFolder(stage.runtime.evidenceFolder);
    const evidence = (await folder.list(runId)).map(({ text }) => text).join('\n');
    const log = readFileSync(join(stage.runtime.evidenceFolder, 'functions.log'), 'utf8');
    const history = stage.runtime.stepFunctions.history(executionArn);
    const token = history.map(
      ({ taskScheduledEventDetails }) => /"token":"([^"]+)"/.exec(taskScheduledEventDetails?.parameters ?? '')?.[1],
    );
    const secret = token.find((found) => found !== undefined) ?? '';
    expect(secret.length).toBeGreaterThan(20);
    for (const text of [evidence, log]) {
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/create table|insert into|\bselect\b/i);
    }
  });

  it('names the run on every log line of every state', async () => {
    const { runId } = await stage.play();
    const file = join(stage.runtime.evidenceFolder, 'functions.log');
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(lines.filter((line) => !/^[0-9a-f]{12}$/.test(line['runId'] ?? ''))).toEqual([]);
    const own = lines.filter((line) => line['runId'] === runId);
    const states = new Set(own.map((line) => line['state']));
    for (const state of ['Check gate', 'Await approval', 'Check answer', 'Tier 1 Structure', 'Write report']) {
      expect(states).toContain(state);
    }
    // The same id in the comment of the command, which is psql's application_name.
    expect(own.some((line) => line['command'] === `one-roof/${runId}/tier-1`)).toBe(true);
  });
});

/** How many commands wait for each other: one more than the deepest of those that had ended when it was sent. */
function depth(lines: readonly Record<string, string>[]): number {
  const depths = new Map<string, number>();
  let ended = 0;
  for (const { message, command = '' } of lines) {
    if (message === 'Command sent') depths.set(command, ended + 1);
    if (message === 'Script proven') ended = Math.max(ended, depths.get(command) ?? 0);
  }
  return ended;
}

it('a whole release waits for the node no more than 13 times, because each wait costs a second of the SSM service', async () => {
  const { runId } = await stage.play();
  const lines = readFileSync(join(stage.runtime.evidenceFolder, 'functions.log'), 'utf8').trim().split('\n');
  const own = lines.map((line) => JSON.parse(line) as Record<string, string>).filter((line) => line['runId'] === runId);
  expect(own.filter(({ message }) => message === 'Script proven').length).toBeGreaterThan(15);
  expect(depth(own)).toBeLessThanOrEqual(13);
});

describe('a release that would not end well', () => {
  it.each(['1', '2', '3', '4', '5', '6', '8'])(
    'is not started: the trial finds that tier %s fails, and keeps nothing',
    async (tier) => {
      const file = join(__dirname, `failing/tier-${tier}.sql`);
      const played = await stage.play({ interferenceFile: file, interferenceAt: 'trial' });
      expect(played.ending).toMatchObject({ name: 'would_not_end_well', exitCode: 10 });
      expect(played.ending.headline).toMatch(/SQLSTATE (P0001|23514) in prod\/98_trial\.sql:[0-9]+$/);
      expect(played.state.tiers).toBeUndefined();
      expect(played.after).toBe(played.before);
    },
  );

  it('nor one that could not be undone', async () => {
    const file = join(__dirname, 'cases/01-drop-forbidden.sql');
    const played = await stage.play({ interferenceFile: file, interferenceAt: 'trial' });
    expect(played.ending).toMatchObject({ name: 'would_not_end_well', exitCode: 10 });
    expect(played.after).toBe(played.before);
  });
});

describe('a tier that fails', () => {
  it.each(['1', '2', '3', '4', '5', '6', '8'])(
    '(tier %s) is rolled back: the database is byte for byte as before',
    async (tier) => {
      const played = await stage.play({ interferenceFile: join(__dirname, `failing/tier-${tier}.sql`) });
      expect(played.ending.exitCode).toBe(13);
      expect(played.state.tiers?.at(-1)?.id).toBe({ 1: '0', 8: '6' }[tier] ?? String(Number(tier) - 1));
      expect(played.state.error?.Error).toBe('ScriptFailed');
      expect(played.after).toBe(played.before);
    },
  );
});
