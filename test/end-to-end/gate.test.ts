import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

const bornCollection = `insert into collection_registry (code, collection_name, "group", governance_role, coverage_status)
  values ('COL-NEW', 'newcomers', 'GRP-BUSINESS', 'governed', 'BIRTH_REQUIRED');`;

const closed: [string, string, string][] = [
  ['there is no signature', 'delete from os_proposal_approvals;', 'ospa<1;'],
  ['a collection was born (gap 216)', bornCollection, 'gap<>210;'],
  [
    'there is a seventh scope (gap 245)',
    `insert into governance_responsibility_scope (scope_code, description, status) values ('privacy', 'x', 'active');`,
    'gap<>210;',
  ],
  [
    'somebody owns something already',
    `insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code)
    values ('collection', 'agents', 'audit', 'accountable', 'GOV-SIV');`,
    'own<>0;',
  ],
  [
    'a governance event type is active',
    `update event_type_registry set active = true where event_domain = 'governance' and event_type = 'coverage.scan_completed';`,
    'event_type_active;',
  ],
  ['a base view is missing', 'drop view v_object_owner_conflict;', 'prereq_missing;'],
  ['a release object is left over', 'create view v_ui_lane as select 1 as x;', 'axis_present;'],
  [
    'a stranger owns axis_registry',
    "create table axis_registry (domain text); insert into axis_registry values ('theirs');",
    'axis_present;',
  ],
];

describe('the gate is closed, and nothing is touched, when', () => {
  it.each(closed)('%s', async (_why, prepare, blocker) => {
    const { ending, state, before, after } = await stage.play({ prepare });
    expect(ending).toMatchObject({ name: 'gate_closed', exitCode: 10 });
    expect(ending.headline).toMatch(/^Gate still closed \(.*\)\. No action taken\.$/);
    expect(state.gate?.blockers).toContain(blocker);
    expect(after).toBe(before);
  });

  it('names the collection that moved the gap', async () => {
    const { state } = await stage.play({ prepare: bornCollection });
    expect(state.gate?.explanations.join()).toContain('newcomers');
  });
});

describe('an answer is refused, and nothing is touched, when the APR', () => {
  it.each([
    ['does not match the pattern', 'apr-boot', /right form: one looks like APR-/],
    ['does not exist', 'APR-NOBODY-1', /no approval request/],
    ['is pending', 'APR-BOOT-AUTHMODEL-2', /status is pending/],
    ['is of the wrong type', 'APR-SCHEMA-1', /request type/],
    ['is of the wrong action', 'APR-BOOT-AUTHMODEL-6', /action is add/],
  ])('%s', async (_why, apr, reason) => {
    const { ending, before, after } = await stage.play({ apr });
    expect(ending.exitCode).toBe(11);
    expect(ending.headline).toMatch(reason);
    expect(after).toBe(before);
  });
});

it('look-alike relations do not close the gate', async () => {
  await stage.fresh();
  expect((await stage.runtime.checkGate()).gate).toMatchObject({ status: 'READY', blockers: '' });
});
