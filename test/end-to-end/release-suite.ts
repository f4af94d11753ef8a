import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tierStateName } from '../../core/base/names.ts';
import { chainProblems } from '../../core/evidence/chain.ts';
import { timedFactsSchema } from '../../core/base/statement-times.ts';
import { lastOf } from '../../core/evidence/entries.ts';
import { parseEntries } from '../../core/evidence/parse-entries.ts';
import { flatten } from '../../core/package/flatten.ts';
import { timedPlaces } from '../../core/package/timed-places.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { planOf } from '../../local/postgres/fixture-package.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import type { ProgramResult } from '../../local/postgres/run-program.ts';
import { endedSchema, waitsSchema } from '../../core/base/release-event.ts';
import { eventFile } from '../../local/driver/event-file.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import { openStage, type Played, type Stage } from './stage.ts';

/** The lines of a dump without what may differ between two releases: stamps, times, run ids, digests of such rows. */
function comparable(dump: string): Set<string> {
  return new Set(
    dump
      .replaceAll(/one-roof run=[^ ]+ state=/g, 'one-roof run=RUN state=')
      .replaceAll(/ since=\S+/g, ' since=TIME')
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

/** A package, and the stage on which it is played. */
interface OnStage {
  readonly directory: string;
  readonly stage: () => Stage;
}

export interface Suite extends OnStage {
  /** What closes the gate while objects of the release are there. */
  readonly present: string;
  /** How often a release waits for the node at most. */
  readonly waits: number;
  /** What is in the database after a release: a query, and its answer. */
  readonly released: readonly [query: string, answer: string];
  /** The release by hand, on a fresh database. */
  readonly byHand: (stage: Stage) => Promise<ProgramResult>;
}

/** A stage for a package, open for as long as the tests of the file run. */
export function openFor(directory: string): () => Stage {
  const opened: { stage?: Stage } = {};
  beforeAll(async () => {
    opened.stage = await openStage(directory);
  });
  afterAll(() => opened.stage?.stop());
  return () => {
    if (opened.stage === undefined) throw new Error('the stage is opened before the first test');
    return opened.stage;
  };
}

/** The lines that the functions of one run have logged. */
function linesOf({ runtime }: Stage, runId: string): Record<string, string>[] {
  const lines = readFileSync(join(runtime.evidenceFolder, 'functions.log'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, string>).filter((line) => line['runId'] === runId);
}

/** What every package promises of a release that goes well: the same suite for each, told about one release. */
export function releaseSuite({ directory, stage, present, waits, released, byHand }: Suite): void {
  const plan = planOf(directory);
  const dump = () => dumpDatabase(stage().server, plan.database);
  let played: Played;
  beforeAll(async () => {
    played = await stage().play();
  });

  it('ends released and verified, with every tier, a whole evidence chain and a report', async () => {
    const { ending, state, runId, report } = played;
    expect(ending).toEqual({ name: 'released', exitCode: 0, headline: 'ROLLOUT COMPLETE — ALL TIERS PASSED' });
    expect(state.tiers?.map(({ id }) => id)).toEqual(plan.tiers.map(({ id }) => id));
    expect(state.postChecks?.problems).toEqual([]);
    const entries = await createEvidenceFolder(stage().runtime.evidenceFolder).list(runId);
    expect(chainProblems(entries.map(({ text }) => text))).toEqual([]);
    expect(report !== undefined && existsSync(report)).toBe(true);
    expect(await stage().query(released[0])).toBe(released[1]);
  });

  it('times each statement of each tier, in trial and release alike, and the report names where it stands', async () => {
    const files = readPackageFiles(directory);
    const folder = createEvidenceFolder(stage().runtime.evidenceFolder);
    const entries = parseEntries(await folder.list(played.runId));
    const timed = (step: string) => timedFactsSchema.safeParse(lastOf(entries, step)?.facts).data?.statements ?? {};
    const page = readFileSync(played.report?.replace(/md$/, 'html') ?? '', 'utf8').replaceAll('<wbr>', '');
    for (const { id, file } of plan.tiers.filter(({ mutates }) => mutates)) {
      const script = `tier-${id}`;
      const [tried, ran] = [timed('trial')[script] ?? [], timed(script)[script] ?? []];
      const places = timedPlaces(files, file);
      expect([script, tried.length, ran.length]).toEqual([script, places.length, places.length]);
      for (const [index, place] of places.entries()) {
        expect(page).toContain(`${place.file}:${place.line}</code>`);
        const writes = /^(insert|update|delete) /.test(place.text);
        expect([place, ran[index]?.rows !== undefined]).toEqual([place, writes]);
        expect(ran[index]?.milliseconds).toBeGreaterThanOrEqual(0);
      }
    }
    const lines = readFileSync(played.report ?? '', 'utf8');
    expect(lines).toMatch(/^\| tier-\d+ \| \S+\.sql:\d+ \| \d* \| \d+\.\d \| \d+\.\d \|$/m);
    expect(Object.keys(timed('trial'))).toContain(plan.roles.undo);
    expect(JSON.stringify(played.state)).not.toContain('"statements"');
  });

  it('is announced twice: when it waits, and when it has ended', () => {
    const lines = readFileSync(eventFile(stage().runtime.evidenceFolder), 'utf8').trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { 'detail-type': string; detail: { runId: string } });
    const own = events.filter(({ detail }) => detail.runId === played.runId);
    expect(own.map((event) => event['detail-type'])).toEqual(['Release waits', 'Release ended']);
    expect(() => waitsSchema.parse(own[0]?.detail)).not.toThrow();
    expect(endedSchema.parse(own[1]?.detail).ending.name).toBe('released');
    expect(lines.join()).not.toContain(plan.approval.code.example);
  });

  it('keeps SQL, output and the task token out of state, evidence and log', async () => {
    const { runId, executionArn } = played;
    const folder = createEvidenceFolder(stage().runtime.evidenceFolder);
    const evidence = (await folder.list(runId)).map(({ text }) => text).join('\n');
    const log = readFileSync(join(stage().runtime.evidenceFolder, 'functions.log'), 'utf8');
    const events = readFileSync(eventFile(stage().runtime.evidenceFolder), 'utf8');
    const history = stage().runtime.stepFunctions.history(executionArn);
    const token = history.map(
      ({ taskScheduledEventDetails }) => /"token":"([^"]+)"/.exec(taskScheduledEventDetails?.parameters ?? '')?.[1],
    );
    const secret = token.find((found) => found !== undefined) ?? '';
    expect(secret.length).toBeGreaterThan(20);
    for (const text of [evidence, log, events]) {
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/create table|insert into|\bselect\b/i);
    }
  });

  it('names the run on every log line of every state', () => {
    const log = readFileSync(join(stage().runtime.evidenceFolder, 'functions.log'), 'utf8').trim().split('\n');
    const own = linesOf(stage(), played.runId);
    expect(own).toHaveLength(log.length);
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
    expect(own.some((line) => line['command'] === `one-roof/${played.runId}/tier-1`)).toBe(true);
  });

  it(`waits for the node no more than ${waits} times, because each wait costs a second of the SSM service`, () => {
    const own = linesOf(stage(), played.runId);
    expect(own.filter(({ message }) => message === 'Script proven').length).toBeGreaterThan(waits);
    expect(depth(own)).toBeLessThanOrEqual(waits);
  });

  it('is BLOCKED the second time, and leaves the first alone', async () => {
    const { ending } = await stage().release();
    expect(ending.headline).toContain(present);
    expect(ending.exitCode).toBe(10);
    expect(await dump()).toBe(played.after);
  });

  it('is left alone by an undo that does not name it, and goes without a trace by one that does', async () => {
    const [undo] = plan.scripts.filter(({ id }) => id === plan.roles.undo);
    const sql = flatten(readPackageFiles(directory), undo?.file ?? '').text;
    const takeBack = (undoReleased: string) =>
      runPsql(stage().server, {
        database: plan.database,
        sql,
        variables: { run_id: played.runId, undo_released: undoReleased },
      });
    expect((await takeBack('')).stdout).toContain('outcome=already_released');
    expect(await dump()).toBe(played.after);
    expect((await takeBack(played.runId)).stdout).toContain('outcome=undone');
    expect(await dump()).toBe(played.before);
  });

  it('gives the same database as the runbook by hand, but for stamps, times and run ids', async () => {
    await stage().fresh();
    const hand = await byHand(stage());
    expect([hand.exitCode, hand.stderr]).toEqual([0, '']);
    expect(hand.stdout).toContain('ROLLOUT COMPLETE — ALL TIERS PASSED');
    const [ours, machine] = [comparable(await dump()), comparable(played.after)];
    expect([...ours].filter((line) => !machine.has(line))).toEqual([]);
    expect([...machine].filter((line) => !ours.has(line))).toEqual([]);
  });
}

/**
 * What every package promises of a release that does not go well: the same suite for each. `failing` holds files of SQL
 * that make a tier fail, by the tier's id.
 */
export function failingSuite({ directory, stage }: OnStage, failing: Readonly<Record<string, string>>): void {
  const plan = planOf(directory);
  const tiersThatFail = Object.entries(failing);

  describe('a release that would not end well', () => {
    it.each(tiersThatFail)(
      'is not started: the trial finds that tier %s fails, and keeps nothing',
      async (_tier, file) => {
        const played = await stage().play({ interferenceFile: file, interferenceAt: 'trial' });
        expect(played.ending).toMatchObject({ name: 'would_not_end_well', exitCode: 10 });
        expect(played.ending.headline).toMatch(/SQLSTATE (P0001|23514) in (?!.*98_trial)[\w/]+\.sql:[0-9]+$/);
        expect(played.state.tiers).toBeUndefined();
        expect(played.after).toBe(played.before);
      },
    );

    it('nor one that could not be undone', async () => {
      const file = join(__dirname, 'failing/no-way-back.sql');
      const played = await stage().play({ interferenceFile: file, interferenceAt: 'trial' });
      expect(played.ending).toMatchObject({ name: 'would_not_end_well', exitCode: 10 });
      expect(played.after).toBe(played.before);
    });
  });

  describe('a tier that fails', () => {
    it.each(tiersThatFail)('(tier %s) is rolled back: the database is byte for byte as before', async (tier, file) => {
      const played = await stage().play({ interferenceFile: file });
      const name = expect.stringMatching(/^(rolled_back|nothing_to_roll_back)$/) as string;
      expect(played.ending).toMatchObject({ name, exitCode: 13 });
      expect(played.state.tiers?.at(-1)?.id).toBe(plan.tiers[plan.tiers.findIndex(({ id }) => id === tier) - 1]?.id);
      expect(played.state.error?.Error).toBe('ScriptFailed');
      expect(played.after).toBe(played.before);
    });
  });
}
