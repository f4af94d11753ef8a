import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tierStateName } from '../../core/base/names.ts';
import { chainProblems } from '../../core/evidence/chain.ts';
import { flatten } from '../../core/package/flatten.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { planOf } from '../../local/postgres/fixture-package.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import type { ProgramResult } from '../../local/postgres/run-program.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import { openStage, type Stage } from './stage.ts';

/** The lines of a dump without what may differ between two releases: stamps, times, run ids, digests of such rows. */
function comparable(dump: string): Set<string> {
  return new Set(
    dump
      .replaceAll(/one-roof run=[^ ]+ state=/g, 'one-roof run=RUN state=')
      .replaceAll(/one-roof\/(hand-[0-9TZ]+|[0-9a-f]{12})/g, 'one-roof/RUN')
      .replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:DIGEST')
      // What a release keeps of the rows that it changes: their times, their hashes, the oids of its indexes.
      .replaceAll(/"\d{4}-\d{2}-\d{2}T[^"]*"/g, '"TIME"')
      .replaceAll(/\t-?\d+\/-?\d+$/gm, '\tHASH')
      .replaceAll(/^(\d+\tindex\t.*\t)\d+$/gm, '$1OID')
      .replaceAll(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?\+00/g, 'TIME')
      .split('\n'),
  );
}

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

export interface Suite {
  readonly directory: string;
  /** What closes the gate while objects of the release are there. */
  readonly present: string;
  /** How often a release waits for the node at most. */
  readonly waits: number;
  /** Tier id → a file of SQL that makes this tier fail. */
  readonly failing: Readonly<Record<string, string>>;
  /** What is in the database after a release: a query, and its answer. */
  readonly released: readonly [query: string, answer: string];
  /** The release by hand, on a fresh database. */
  readonly byHand: (stage: Stage) => Promise<ProgramResult>;
}

/** What every package promises of a release: the same suite for each. */
export function releaseSuite({ directory, present, waits, failing, released, byHand }: Suite): void {
  const plan = planOf(directory);
  const tiersThatFail = Object.entries(failing);
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(directory);
  });
  afterAll(() => stage.stop());
  const dump = () => dumpDatabase(stage.server, plan.database);

  describe('a release on a clean, signed database', () => {
    it('ends released and verified, with every tier, a whole evidence chain and a report', async () => {
      const { ending, state, runId, report } = await stage.play();
      expect(ending).toEqual({ name: 'released', exitCode: 0, headline: 'ROLLOUT COMPLETE — ALL TIERS PASSED' });
      expect(state.tiers?.map(({ id }) => id)).toEqual(plan.tiers.map(({ id }) => id));
      expect(state.postChecks?.problems).toEqual([]);
      const entries = await createEvidenceFolder(stage.runtime.evidenceFolder).list(runId);
      expect(chainProblems(entries.map(({ text }) => text))).toEqual([]);
      expect(report !== undefined && existsSync(report)).toBe(true);
      expect(await stage.query(released[0])).toBe(released[1]);
    });

    it('gives the same database as the runbook by hand, but for stamps, times and run ids', async () => {
      const { after } = await stage.play();
      await stage.fresh();
      const hand = await byHand(stage);
      expect([hand.exitCode, hand.stderr]).toEqual([0, '']);
      expect(hand.stdout).toContain('ROLLOUT COMPLETE — ALL TIERS PASSED');
      const [ours, machine] = [comparable(await dump()), comparable(after)];
      expect([...ours].filter((line) => !machine.has(line))).toEqual([]);
      expect([...machine].filter((line) => !ours.has(line))).toEqual([]);
    });

    it('is BLOCKED the second time, and leaves the first alone', async () => {
      await stage.play();
      const before = await dump();
      const { ending } = await stage.release();
      expect(ending.headline).toContain(present);
      expect(ending.exitCode).toBe(10);
      expect(await dump()).toBe(before);
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
      for (const state of [
        'Check gate',
        'Await approval',
        'Check answer',
        tierStateName(plan.tiers[1] ?? { id: '', name: '' }),
        'Write report',
      ]) {
        expect(states).toContain(state);
      }
      // The same id in the comment of the command, which is psql's application_name.
      expect(own.some((line) => line['command'] === `one-roof/${runId}/tier-1`)).toBe(true);
    });
  });

  it(`a whole release waits for the node no more than ${waits} times, because each wait costs a second of the SSM service`, async () => {
    const { runId } = await stage.play();
    const lines = readFileSync(join(stage.runtime.evidenceFolder, 'functions.log'), 'utf8').trim().split('\n');
    const own = lines
      .map((line) => JSON.parse(line) as Record<string, string>)
      .filter((line) => line['runId'] === runId);
    expect(own.filter(({ message }) => message === 'Script proven').length).toBeGreaterThan(waits);
    expect(depth(own)).toBeLessThanOrEqual(waits);
  });

  describe('a release that would not end well', () => {
    it.each(tiersThatFail)(
      'is not started: the trial finds that tier %s fails, and keeps nothing',
      async (_tier, file) => {
        const played = await stage.play({ interferenceFile: file, interferenceAt: 'trial' });
        expect(played.ending).toMatchObject({ name: 'would_not_end_well', exitCode: 10 });
        expect(played.ending.headline).toMatch(/SQLSTATE (P0001|23514) in \w+\/98_trial\.sql:[0-9]+$/);
        expect(played.state.tiers).toBeUndefined();
        expect(played.after).toBe(played.before);
      },
    );

    it('nor one that could not be undone', async () => {
      const file = join(__dirname, 'failing/no-way-back.sql');
      const played = await stage.play({ interferenceFile: file, interferenceAt: 'trial' });
      expect(played.ending).toMatchObject({ name: 'would_not_end_well', exitCode: 10 });
      expect(played.after).toBe(played.before);
    });
  });

  describe('a tier that fails', () => {
    it.each(tiersThatFail)('(tier %s) is rolled back: the database is byte for byte as before', async (tier, file) => {
      const played = await stage.play({ interferenceFile: file });
      expect(played.ending.exitCode).toBe(13);
      expect(played.state.tiers?.at(-1)?.id).toBe(plan.tiers[plan.tiers.findIndex(({ id }) => id === tier) - 1]?.id);
      expect(played.state.error?.Error).toBe('ScriptFailed');
      expect(played.after).toBe(played.before);
    });
  });

  describe('a sealed release', () => {
    it('is left alone by an undo that does not name it, and goes without a trace by one that does', async () => {
      const { runId, before, after } = await stage.play();
      const [undo] = plan.scripts.filter(({ id }) => id === plan.roles.undo);
      const sql = flatten(readPackageFiles(directory), undo?.file ?? '').text;
      const takeBack = (undoReleased: string) =>
        runPsql(stage.server, {
          database: plan.database,
          sql,
          variables: { run_id: runId, undo_released: undoReleased },
        });
      expect((await takeBack('')).stdout).toContain('outcome=already_released');
      expect(await dump()).toBe(after);
      expect((await takeBack(runId)).stdout).toContain('outcome=undone');
      expect(await dump()).toBe(before);
    });
  });
}
