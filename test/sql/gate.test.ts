import { join } from 'node:path';
import { type GateLine, gateLineSchema } from '../../core/gate/gate-line.ts';
import { runProgram } from '../../local/postgres/run-program.ts';
import { inPackage, otherRunId, ReleaseDatabase, runId } from './release-database.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());
beforeEach(async () => database.fresh());

const shell = (parameters: string[] = [], command = `${join(database.server.bin, 'psql')} -d directus`) =>
  runProgram('sh', [inPackage('gate_monitor/gate_check.sh'), ...parameters], {
    environment: { ...database.server.environment(), ONE_ROOF_PSQL: command },
  });
const line = /^gate (\{.*\})$/m;
/** What the machine reads, by the engine's own schema. */
const gate = async () => {
  const { stdout } = await database.byMachine('gate-check', 'gate_monitor/gate_check.sql');
  return gateLineSchema.parse(JSON.parse(line.exec(stdout)?.[1] ?? ''));
};
const measured = ({ conditions }: GateLine) => Object.fromEntries(conditions.map((each) => [each.id, each.measured]));
const explanation = ({ conditions }: GateLine, id: string) => conditions.find((each) => each.id === id)?.explanation;

describe('the gate check', () => {
  it("is READY on a signed baseline, in the runbook's columns", async () => {
    const result = await database.byHand('gate_monitor/gate_check.sql');
    expect(result.stdout).toContain(
      'gate_status | blockers | ospa | resp_gap | resp_ownership\nREADY |  | 1 | 210 | 0\n',
    );
    expect(result.exitCode).toBe(0);
    const read = await gate();
    expect(read).toMatchObject({ status: 'READY', blockers: '', objects: [] });
    expect(read.baseline).toBe('ownership=0 gap=210 axis=absent');
    expect(read.conditions.filter(({ ok, blocker }) => !ok || blocker !== '')).toEqual([]);
    expect(measured(read)).toEqual({
      database: 'directus',
      ospa: '1',
      gap: '210',
      ownership: '0',
      conflict: '0',
      emit: '0',
      axis: 'absent',
      prereqs: 'present',
      event_types: '0',
      label_orphans: '0',
    });
    expect(read.conditions.filter(({ verdict }) => verdict)).toHaveLength(8);
    expect(read.conditions.filter(({ headline }) => headline).map(({ id }) => id)).toEqual(['ospa', 'gap']);
  });

  const situations: [string, string, string][] = [
    ['no signature', 'delete from os_proposal_approvals', 'ospa<1;'],
    ['no signature table', 'drop table os_proposal_approvals cascade', 'ospa<1;'],
    [
      'gap 216',
      `update collection_registry set governance_role = 'governed', coverage_status = 'BIRTH_REQUIRED'
      where collection_name = (select min(collection_name) from collection_registry where governance_role <> 'governed')`,
      'gap<>210;',
    ],
    [
      'an owner',
      `insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code)
      values ('group', 'GRP-NONE', 'audit', 'accountable', 'GOV-SIV')`,
      'own<>0;',
    ],
    [
      'a conflict',
      `drop index uq_gov_obj_accountable; insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code)
      select 'group', 'GRP-NONE', 'audit', 'accountable', unnest(array['GOV-SIV', 'GOV-DOT'])`,
      'own<>0;conflict<>0;',
    ],
    [
      'a governance event',
      `set session_replication_role = replica; update event_outbox set event_domain = 'governance'
      where id = (select id from event_outbox limit 1)`,
      'emit<>0;',
    ],
    ["a stranger's axis_registry", 'create table axis_registry (domain text)', 'axis_present;'],
    ['a missing view', 'drop view v_object_owner_gap', 'prereq_missing;'],
    ['a missing base view', 'drop view v_governance_object_containment cascade', 'prereq_missing;'],
    ['several at once', 'delete from os_proposal_approvals; create table v_ui_lane ()', 'ospa<1;axis_present;'],
  ];
  it.each(situations)('%s: BLOCKED by its own blocker, database identical', async (_what, change, blockers) => {
    await database.sql(change);
    const before = await database.dump();
    const read = await gate();
    expect(read).toMatchObject({ status: 'BLOCKED', blockers });
    // Each code stands at the condition that it is about, with what to do.
    const found = read.conditions.filter(({ ok, verdict }) => verdict && !ok);
    expect(found.map(({ blocker }) => blocker).join('')).toBe(blockers);
    expect(found.filter(({ remedy, meaning }) => remedy === '' || meaning === '')).toEqual([]);
    expect(await database.dump()).toBe(before);
  });

  it('says which objects are in the way, and which views are missing', async () => {
    await database.sql('create table axis_registry (domain text); drop view v_object_owner_gap');
    const read = await gate();
    expect(read.objects).toEqual(['axis_registry']);
    expect(explanation(read, 'axis')).toContain('are present: axis_registry.');
    expect(explanation(read, 'prereqs')).toBe('Missing base views: v_object_owner_gap.');
    expect(measured(read)).toMatchObject({ gap: null, conflict: '0' });
  });

  it('in another database is BLOCKED by db<>directus;', async () => {
    await database.fresh('other');
    const result = await database.byHand('gate_monitor/gate_check.sql', {}, { database: 'other' });
    expect(result.stdout).toContain('BLOCKED | db<>directus; | 1 | 210 | 0');
  });

  it("leaves active event types to the machine: its verdict is the seed's eight", async () => {
    await database.sql(`update event_type_registry set active = true where event_domain = 'governance'`);
    const read = await gate();
    expect(read).toMatchObject({ status: 'READY', blockers: '' });
    expect(read.conditions.find(({ id }) => id === 'event_types')).toMatchObject({
      measured: '5',
      ok: false,
      verdict: false,
      blocker: 'event_type_active;',
      explanation: '5 governance event types are active, expected 0: set them inactive before a release.',
    });
  });

  it('says by SQLSTATE only what stopped it from saying which number moved: a message may hold what a cell holds', async () => {
    await database.sql(`create or replace view v_governance_object_inventory as
      select object_type, object_ref, (object_ref || 'secret')::boolean as requires_owner, born
      from (select 'collection'::text as object_type, collection_name::text as object_ref, true as born from collection_registry) c`);
    expect(explanation(await gate(), 'gap')).toBe('not measurable: SQLSTATE 22P02');
    const preflight = await database.byMachine('tier-0', 'prod/00_preflight.sql');
    expect(preflight.stderr).toContain('not measurable: SQLSTATE 22P02');
    expect(preflight.stderr).not.toContain('secret');
  });

  it('says which number moved', async () => {
    await database.sql(`insert into governance_responsibility_scope (scope_code) values ('billing')`);
    expect(explanation(await gate(), 'gap')).toBe(
      '35 inventory rows x 7 active scopes (expected 35 x 6); scopes this package does not know: billing',
    );
  });
});

describe('whose objects are in the way', () => {
  const said = async () => {
    const axis = (await gate()).conditions.find(({ id }) => id === 'axis');
    return `${axis?.remedy ?? ''} ${axis?.explanation ?? ''}`;
  };

  const when = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;

  it('of a run that did not end: its id, and that it is to be rolled back', async () => {
    await database.freshAfter(2);
    expect(await said()).toMatch(
      new RegExp(`run ${runId}, applying since ${when}: it did not end; roll it back.* are present: axis_assignment, `),
    );
    await database.sql(`comment on table axis_registry is 'one-roof run=${otherRunId} state=applying'`);
    expect(await said()).toMatch(/ask whose they are, drop nothing\. Release objects, or strangers/);
  });

  it('of a sealed release: nothing asks anybody to roll it back', async () => {
    await database.freshAfter(8);
    expect(await said()).toMatch(new RegExp(`run ${runId}, sealed since ${when}: this release is complete and in use`));
    const again = await Promise.all(
      ['prod/00_preflight.sql', 'prod/10_structure.sql'].map(async (file) => (await database.byHand(file)).stderr),
    );
    for (const refusal of again) {
      expect(refusal).toMatch(
        new RegExp(`axis substrate already present.*; run ${runId}, sealed since ${when}: this release`),
      );
      expect(refusal).not.toMatch(/roll/i);
    }
    expect(await said()).not.toMatch(/roll (it|an earlier run) back/i);
  });

  it('of a stranger: whose they are is to be asked', async () => {
    await database.sql('create table axis_registry (domain text)');
    expect(await said()).toMatch(/ask whose they are, drop nothing\. .*: axis_registry\./);
  });
});

describe('gate_check.sh', () => {
  it('answers in one line and by exit code', async () => {
    expect(await shell()).toMatchObject({ stdout: 'GATE: READY|ospa=1|gap=210\n', exitCode: 0 });
    await database.sql('delete from os_proposal_approvals');
    expect(await shell()).toMatchObject({ stdout: 'GATE: BLOCKED|ospa=0|gap=210\n', exitCode: 10 });
    expect(await shell(['--quiet'])).toMatchObject({ stdout: 'BLOCKED\n', exitCode: 10 });
  });

  it.each([
    ['silence', 'true'],
    ['garbage', 'echo hello'],
    ['a verdict that contradicts itself', 'echo READY | ospa<1; | 0 | 210 | 0'],
    ['no connection', 'false'],
  ])('treats %s as an error', async (_what, command) => {
    const result = await shell([], command);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain('gate_check.sh: ');
  });

  it('helps, and refuses what it does not know', async () => {
    expect((await shell(['--help'])).stdout).toContain('Exit code: 0 READY, 10 BLOCKED, 1 error');
    expect((await shell(['--loud'])).exitCode).toBe(1);
  });
});

describe('apr_check', () => {
  it.each([
    ['APR-BOOT-AUTHMODEL-1', true, ''],
    ['APR-NOT-THERE-1', false, 'no approval request has this code'],
    ['apr-1', false, "this is not the form of an approval request's code"],
    ['', false, 'no code was given'],
  ])('%p is valid: %p', async (code, valid, reason) => {
    const result = await database.byMachine('apr-check', 'gate_monitor/apr_check.sql', { ratified_apr: code });
    expect(JSON.parse(/^apr_check (\{.*\})$/m.exec(result.stdout)?.[1] ?? '')).toMatchObject({ code, valid, reason });
  });

  it('says why a request does not ratify', async () => {
    await database.sql(
      `set session_replication_role = replica; update approval_requests set status = 'rejected' where code = 'APR-BOOT-AUTHMODEL-1'`,
    );
    const result = await database.byMachine('apr-check', 'gate_monitor/apr_check.sql');
    expect(result.stdout).toContain('"valid" : false, "reason" : "status is rejected, expected approved or applied"');
  });
});
