import { createSsmCommands } from '../../../aws/ssm-commands.ts';
import type { ApprovalRequest } from '../../../core/approval/approval-request.ts';
import { lastState, releaseEnding } from '../../../cli/execution/ending-of-history.ts';
import { createEvidenceFolder } from '../../../local/driver/evidence-folder.ts';
import { awsClient } from '../../../local/driver/loopback-client.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import { ChangeCalendar } from '../../../local/ssm/calendar.ts';
import { until } from '../../until.ts';
import { exampleApr, openStage, type Stage } from '../stage.ts';

let stage: Stage;
let untouched: string;
beforeAll(async () => {
  stage = await openStage();
  untouched = await stage.fresh();
});
afterAll(() => stage.stop());

const answer = (request: ApprovalRequest, apr: string, packageDigest = request.shown.packageDigest) =>
  stage.executions.succeed(request.token, { apr, packageDigest, declaredBy: 'a test' });

/** Proves that a release ended before its first tier, that this is on record, and that the database is `before`. */
async function expectNothingRan(arn: string, ending: string, before = untouched, on = stage): Promise<string> {
  const { states, status } = await on.end(arn);
  expect(status).toBe('FAILED');
  expect(states.at(-1)).toBe('Not approved');
  expect(states.filter((name) => name.startsWith('Tier '))).toEqual([]);
  const events = await on.executions.history(arn);
  expect(releaseEnding(events)).toMatchObject({ name: ending });
  const { state } = lastState(events);
  const entries = await createEvidenceFolder(on.runtime.evidenceFolder).list(state.runId ?? '');
  const record = entries.map(({ text }) => text).find((text) => text.includes('"step":"ending"'));
  expect(record).toContain(`"name":"${ending}"`);
  expect(record).toContain('Nothing was run');
  expect(await on.dump()).toBe(before);
  return releaseEnding(events).headline;
}

describe('an answer that is no valid APR is asked again with the reason, three answers in all', () => {
  const groups: [string, [string, RegExp][]][] = [
    [
      'not ratified: pending, rejected, expired',
      [
        ['APR-BOOT-AUTHMODEL-2', /status is pending/],
        ['APR-BOOT-AUTHMODEL-3', /status is rejected/],
        ['APR-BOOT-AUTHMODEL-4', /status is expired/],
      ],
    ],
    [
      'of another action: add, delete, review',
      [
        ['APR-BOOT-AUTHMODEL-6', /action is add/],
        ['APR-BOOT-AUTHMODEL-7', /action is delete/],
        ['APR-BOOT-AUTHMODEL-8', /action is review/],
      ],
    ],
    [
      'of another type, unknown, and no code at all',
      [
        ['APR-SCHEMA-1', /request type is schema_change/],
        ['APR-NOBODY-KNOWS', /no approval request/],
        ["APR-X'; drop table approval_requests; --", /right form: one looks like APR-/],
      ],
    ],
  ];

  test.each(groups)('%s', async (_what, codes) => {
    const { arn, request } = await stage.ask();
    let current = request;
    for (const [index, [code, reason]] of codes.entries()) {
      expect(current.shown.answersLeft).toBe(3 - index);
      await answer(current, code);
      if (index === 2) break;
      current = await stage.request(arn, current);
      expect(current.shown.askedAgainBecause).toMatch(reason);
    }
    expect(await expectNothingRan(arn, 'no_valid_apr')).toMatch(codes[2]?.[1] ?? /./);
  });
});

test('the digest of another package is a slip of the approver: asked again, and the right one is then accepted', async () => {
  const { arn, request } = await stage.ask();
  await answer(request, exampleApr, `sha256:${'0'.repeat(64)}`);
  const again = await stage.request(arn, request);
  expect(again.shown.askedAgainBecause).toContain(
    `a package other than the one shown (${request.shown.packageDigest})`,
  );
  expect(again.token).not.toBe(request.token);
  expect(stage.mails.at(-1)).toContain('Your last answer was not accepted');
  await stage.executions.fail(again.token, 'ApprovalRejected', 'enough');
  await expectNothingRan(arn, 'rejected');
});

test('an answer without its fields is asked again, and says which fields it needs', async () => {
  const { arn, request } = await stage.ask();
  await stage.executions.succeed(request.token, {});
  const again = await stage.request(arn, request);
  expect(again.shown.askedAgainBecause).toContain('"apr" and "packageDigest"');
  await stage.executions.fail(again.token, 'ApprovalRejected', 'enough');
  await expectNothingRan(arn, 'rejected');
});

test('a rejection ends the release with the reason on record', async () => {
  const { arn, request } = await stage.ask();
  await stage.executions.fail(request.token, 'ApprovalRejected', 'not before the audit is over');
  expect(await expectNothingRan(arn, 'rejected')).toContain('not before the audit is over');
});

test('a gate that closes while the request waits makes a right answer stale', async () => {
  const { arn, request } = await stage.ask();
  await stage.sql('delete from os_proposal_approvals;');
  const closed = await stage.dump();
  expect(closed).not.toBe(untouched);
  await answer(request, exampleApr);
  expect(await expectNothingRan(arn, 'stale', closed)).toContain('ospa<1;');
  expect(await stage.fresh()).toBe(untouched);
});

describe('a command document that changes while the request waits makes a right answer stale', () => {
  const name = 'one-roof-tier-1';
  const commands = () => createSsmCommands(awsClient(stage.runtime.ssm));
  const content = async (): Promise<unknown> => JSON.parse((await commands().readDocument(name))?.content ?? '');

  test('another content', async () => {
    const original = await content();
    const { arn, request } = await stage.ask();
    const changed = { ...(original as object), description: 'changed while nobody looked' };
    stage.runtime.ssm.putDocument(name, changed);
    await answer(request, exampleApr);
    expect(await expectNothingRan(arn, 'stale')).toContain('documents_differ;');
    stage.runtime.ssm.putDocument(name, original);
  });

  test('the same content as a new version: it is not the one that was pinned', async () => {
    const { arn, request } = await stage.ask();
    stage.runtime.ssm.putDocument(name, await content());
    await answer(request, exampleApr);
    expect(await expectNothingRan(arn, 'stale')).toContain('documents have changed');
  });
});

test('a request that nobody answers expires, and an answer after that is too late', async () => {
  const short = await openStage({ approvalHours: 1 / 3600 }, stage.server);
  try {
    const { arn, request } = await short.ask();
    await expectNothingRan(arn, 'expired', untouched, short);
    const late = short.executions.succeed(request.token, {
      apr: exampleApr,
      packageDigest: request.shown.packageDigest,
    });
    await expect(late).rejects.toMatchObject({ name: 'TooLate', exitCode: 12 });
    const said = await short.run('approve', '--apr', exampleApr, '--yes', '--execution', arn);
    expect(said).toMatchObject({ exitCode: 12, stdout: '' });
    expect(said.stderr).toContain('Nothing waits for an answer');
  } finally {
    await short.stop();
  }
});

test('a request that waits holds nothing in the database: no session, and no lock', async () => {
  const { arn, request } = await stage.ask();
  const sql = `select (select count(*) from pg_stat_activity where application_name like 'one-roof/%'),
    (select count(*) from pg_locks where locktype = 'advisory')`;
  // A backend may outlive its client by an instant.
  await until(async () => {
    const { stdout } = await runPsql(stage.server, { database: 'directus', bare: true, sql });
    return stdout.trim() === '0|0' ? true : undefined;
  });
  await stage.executions.fail(request.token, 'ApprovalRejected', 'no');
  await expectNothingRan(arn, 'rejected');
});

test('a token answers once: the second answer is too late, whoever sends it', async () => {
  const { arn, request } = await stage.ask();
  await stage.executions.fail(request.token, 'ApprovalRejected', 'no');
  await expect(answer(request, exampleApr)).rejects.toMatchObject({ name: 'TooLate', exitCode: 12 });
  await expect(stage.executions.fail(request.token, 'ApprovalRejected', 'no')).rejects.toHaveProperty('exitCode', 12);
  await expectNothingRan(arn, 'rejected');
});

test('an APR that was applied counts as ratified; the release is stopped before its first write', async () => {
  const { arn, request } = await stage.ask();
  await answer(request, 'APR-BOOT-AUTHMODEL-5');
  const decided = new Promise<void>((resolve) => {
    const end = stage.runtime.stepFunctions.onEvent(({ event }) => {
      if (event.stateEnteredEventDetails?.name !== 'Tier 0 Preflight') return;
      end();
      resolve();
    });
  });
  await decided;
  stage.runtime.stepFunctions.stopExecution(arn);
  const { status, states } = await stage.end(arn);
  expect(status).toBe('ABORTED');
  expect(states.filter((name) => name.startsWith('Tier '))).toEqual(['Tier 0 Preflight']);
  expect(lastState(await stage.executions.history(arn)).state.approval).toMatchObject({ apr: 'APR-BOOT-AUTHMODEL-5' });
  expect(await stage.dump()).toBe(untouched);
});

test('a release that was approved before a freeze does not start inside it', async () => {
  const calendar = (type: string) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-CALENDAR-TYPE:${type}\r\nEND:VCALENDAR\r\n`;
  const guarded = await openStage({ changeCalendar: 'freezes' }, stage.server);
  try {
    guarded.runtime.ssm.setCalendar(new ChangeCalendar('freezes', calendar('DEFAULT_OPEN')));
    const { arn, request } = await guarded.ask();
    guarded.runtime.ssm.setCalendar(new ChangeCalendar('freezes', calendar('DEFAULT_CLOSED')));
    await guarded.executions.succeed(request.token, {
      apr: exampleApr,
      packageDigest: request.shown.packageDigest,
      declaredBy: 'a test',
    });
    expect(await expectNothingRan(arn, 'stale', await stage.dump(), guarded)).toContain('frozen;');
  } finally {
    await guarded.stop();
  }
});
