import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleTrial } from '../../core/package/trial.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { planOf } from '../../local/postgres/fixture-package.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { inPackage, ReleaseDatabase, runId } from './release-database.ts';

/*
 * The trial by hand: release, verification and undo in one transaction. Whatever happens in it, the database stays as it is.
 */
const text = readFileSync(inPackage('prod/98_trial.sql'), 'utf8');
let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());
beforeEach(async () => database.fresh());

const variables = { ratified_apr: 'APR-BOOT-AUTHMODEL-1' };

/** Runs a text in place of the trial, and expects the same database before and after. */
async function tried(sql: string) {
  const before = await dumpDatabase(database.server, 'directus');
  const directory = inPackage('prod');
  const result = await runPsql(database.server, { database: 'directus', sql, variables, directory });
  expect(await dumpDatabase(database.server, 'directus')).toBe(before);
  return result;
}

const proofOf = (stdout: string) => JSON.parse(/^trial (.*)$/m.exec(stdout)?.[1] ?? '{}') as Record<string, unknown>;

it('a release that will end well passes, and says what it took', async () => {
  const { stdout, stderr, exitCode } = await tried(text);
  expect([stderr, exitCode]).toEqual(['', 0]);
  expect(stdout).toContain('TIER 8 VERIFY PASS');
  expect(stdout).toMatch(/^rollback outcome=undone run=hand-\w+ objects=43 /m);
  const { locks, parts } = proofOf(stdout);
  expect(locks).toContainEqual({ relation: 'governance_registry', mode: 'AccessExclusiveLock' });
  expect((parts as { script: string }[]).map(({ script }) => script)).toEqual([
    ...['fingerprint', 'tier-0', 'tier-1', 'tier-2', 'tier-3', 'tier-4', 'tier-5', 'tier-6', 'tier-8'],
    ...['ui-read-contract', 'outcome-reread', 'undo', 'fingerprint-again'],
  ]);
});

it.each([
  ['1', []],
  ['5', ['tier-1', 'tier-2', 'tier-3', 'tier-4']],
  ['8', ['tier-1', 'tier-2', 'tier-3', 'tier-4', 'tier-5', 'tier-6']],
])(
  'leaves out tier %s, which its plan says cannot be tried, and all that follows but the undo',
  async (id, writing) => {
    const files = readPackageFiles(inPackage('.'));
    const plan = planOf(inPackage('.'));
    const untried = 'It calls another service.';
    const tiers = plan.tiers.map((tier) => (tier.id === id ? { ...tier, untried } : tier));
    const { stdout, stderr, exitCode } = await tried(assembleTrial(files, { ...plan, tiers }).text);
    expect([stderr, exitCode]).toEqual(['', 0]);
    const { parts } = proofOf(stdout);
    const scripts = (parts as { script: string }[]).map(({ script }) => script);
    expect(scripts).toEqual(['fingerprint', 'tier-0', ...writing, 'undo', 'fingerprint-again']);
  },
);

it('numbers that it drew from the sequence of an existing table are given back', async () => {
  const position = 'select last_value, is_called from public.governance_object_ownership_id_seq';
  const before = await database.sql(position);
  await tried(text);
  expect(await database.sql(position)).toBe(before);
});

describe('it cannot commit', () => {
  const middle = text.indexOf('\\set trial_part tier-4');
  it.each([
    'commit;',
    'end;',
    'commit and chain;',
    "prepare transaction 'kept';",
    'set constraints all immediate; commit;',
  ])('by %s in the middle of it', async (sql) => {
    const { exitCode, stderr } = await tried(`${text.slice(0, middle)}${sql}\n${text.slice(middle)}`);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/a trial never commits, xid \d+|prepared transactions are disabled|WITH HOLD/);
  });

  it.each(['close one_roof_never_commits;', 'close all;'])('nor go on after %s', async (sql) => {
    const { exitCode, stderr } = await tried(`${text.slice(0, middle)}${sql}\n${text.slice(middle)}`);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('REFUSING: the cursor that keeps a trial')]);
  });
});

describe('sent by the machine, it judges what it has printed', () => {
  /** In the wrapper's place: with the name of its run, and in a folder of its own. */
  async function sent(sql: string) {
    const directory = mkdtempSync(join(tmpdir(), 'one-roof-trial-'));
    try {
      const environment = { ONE_ROOF_RUN: runId };
      const own = { ...variables, run_id: runId };
      return await runPsql(database.server, { database: 'directus', sql, variables: own, environment, directory });
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  it('and prints its own proof alone', async () => {
    const { stdout, stderr, exitCode } = await sent(text);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout.trim()).toMatch(/^trial \{.*\}$/);
  });

  it.each([
    ['a tier that prints another proof', "'TIER 8 VERIFY PASS'", "'TIER 8 VERIFY PAST'"],
    ['a tier that counts something else', "select format('new=%s gap=", "select format('old=%s gap="],
    ['a reader that prints too little', "select 'outcome_reread ' ||", "select 'outcome ' ||"],
  ])('and refuses %s', async (_, from, to) => {
    expect(text).toContain(from);
    const { stderr, exitCode } = await sent(text.replace(from, to));
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('REFUSING: nothing that the trial printed matches'),
    ]);
  });
});

describe('it refuses', () => {
  it.each([
    [
      'a tier that writes rows elsewhere',
      `create table public.app_log (tag text);
       create function public.acts() returns event_trigger language plpgsql as $$ begin insert into public.app_log values (tg_tag); end $$;
       create event trigger acts on ddl_command_end when tag in ('CREATE TABLE') execute function public.acts();`,
      'public.app_log (11 rows) beyond the planned',
    ],
    [
      'a release that its readers cannot read',
      'revoke usage on schema public from public, context_pack_readonly;',
      'permission denied for schema public',
    ],
    [
      'an undo after which something is other than before',
      `create function public.acts() returns event_trigger language plpgsql as $$ begin comment on table public.taxonomy is 'seen'; end $$;
       create event trigger acts on sql_drop when tag in ('DROP TABLE') execute function public.acts();`,
      'REFUSING: after release and undo comments would be other than before',
    ],
  ])('%s', async (_, prepare, said) => {
    await database.sql(prepare);
    const { exitCode, stderr } = await tried(text);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining(said)]);
  });

  it('an undo that is forbidden', async () => {
    await database.sql(
      readFileSync(join(__dirname, '../end-to-end/cases/02-delete-audit.sql'), 'utf8').split(
        'create function public.app_narrow',
      )[0] ?? '',
    );
    const { exitCode, stderr } = await tried(text);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('app_deleted_owners (30 rows) beyond the planned')]);
  });

  it('to go on for longer than an application should wait', async () => {
    const late = text.replace("interval '10 seconds'", "interval '1 millisecond'");
    const { exitCode, stderr } = await tried(late);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('REFUSING: the trial has held its locks')]);
  });

  it('a code that nobody ratified', async () => {
    const { exitCode, stderr } = await tried(
      text.replace('\\set ON_ERROR_STOP on', '\\set ON_ERROR_STOP on\n\\set ratified_apr APR-NOBODY-1'),
    );
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('APR-NOBODY-1')]);
  });
});
