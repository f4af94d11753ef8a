import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { ReleaseDatabase } from './release-database.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
  await database.freshAfter(7);
});
afterAll(async () => database.stop());

const split = (transaction = '') =>
  database.sql(
    `begin; ${transaction} select detector_code || ' ' || severity || ' ' || count(*) from v_drift_finding group by detector_code, severity order by 1; rollback;`,
  );
const dashboard = async (transaction: string): Promise<unknown> =>
  JSON.parse(await database.sql(`begin; ${transaction} select dashboard from v_ui_coverage_dashboard; rollback;`));

/** The golden clone's final state: topic rule, five topic owners, six decisions. */
const goldenState = `
  insert into coverage_rule values ('CR-TOPIC-ASSIGNED', 'topic', 'collection', 'per_assignment', 0.70, 30, 'accountable', 'active', 'golden');
  insert into axis_object_ownership (object_type, object_ref, axis_code, value_code, owner_gov_code, owner_kind, created_by)
  select object_type, object_ref, axis_code, value_code, 'GOV-DOT', 'accountable', 'golden' from axis_assignment
  where axis_code = 'topic' and object_ref <> 'iu_staging_record';
  insert into topic_label_reconcile_decision (collection, topic_value, decision_kind, rationale, decided_by, created_by)
  values ('iu_staging_record', 'ai-ops', 'accept_quarantine_hold', 'waits for provenance', 'golden', 'golden');`;

describe('the eleven detectors', () => {
  it("find the golden clone's 38 in its final state", async () => {
    expect((await split(goldenState)).split('\n')).toEqual([
      'axis_assignment_missing info 29',
      'low_confidence_assignment warning 1',
      'projection_lag_timing info 1',
      'projection_lag_timing warning 3',
      'stale_candidate info 1',
      'topic_without_label info 2',
      'ui_visible_unapproved warning 1',
    ]);
    expect(await dashboard(goldenState)).toEqual({
      ownership_gap: 0,
      topic_gap: 1,
      active_axes: 3,
      open_drift: 38,
      critical_drift: 0,
      review_queue_size: 6,
      reconcile: {
        label_orphans: 0,
        topics_without_label: 2,
        labels_without_topic: 48,
        divergent_collections: 0,
        projection_gaps: 0,
      },
    });
  });

  it("find production's own 12, after a release", async () => {
    expect((await split()).split('\n')).toEqual([
      'coverage_rule_missing info 1',
      'low_confidence_assignment warning 1',
      'projection_lag warning 1',
      'projection_lag_timing info 1',
      'projection_lag_timing warning 4',
      'stale_candidate info 1',
      'topic_without_label info 2',
      'ui_visible_unapproved warning 1',
    ]);
  });

  const injections: [string, string, string][] = [
    [
      'label_orphan',
      `update entity_labels set label_code = 'LBL-NOWHERE' where id = (select min(id) from entity_labels);`,
      'label_orphan warning 1',
    ],
    [
      'conflicting_parentage',
      `insert into axis_assignment (object_type, object_ref, axis_code, value_code, zone, confidence, provenance, assigned_at, created_by)
      values ('collection', 'agents', 'topic', 'workflow-exec', 'approved', 1, '{}', now(), 'x');`,
      'conflicting_parentage critical 1',
    ],
    [
      'unregistered_axis',
      `update axis_registry set status = 'deprecated' where axis_code = 'topic';`,
      'unregistered_axis warning 6',
    ],
    [
      'stale_candidate',
      `insert into axis_value (axis_code, value_code, created_by, created_at) values ('topic', 'old', 'x', now() - interval '31 days');`,
      'stale_candidate info 2',
    ],
    [
      'coverage_rule_missing',
      `update coverage_rule set status = 'retired' where axis_code = 'containment';`,
      'coverage_rule_missing info 2',
    ],
    [
      'axis_assignment_missing',
      `update axis_assignment set valid_to = now() where axis_code = 'containment' and object_ref = 'agents';`,
      'axis_assignment_missing info 1',
    ],
    [
      'projection_lag',
      `insert into label_rules (facet_id, condition, result_label) values (1, '{"collection": "iu_staging_record"}', 'LBL-001');`,
      'projection_lag info 1',
    ],
  ];
  it.each(injections)('%s notices', async (_detector, change, finding) => {
    expect((await split(change)).split('\n')).toContain(finding);
  });

  it('two topics under one root are no conflict', async () => {
    expect(
      await split(`insert into axis_assignment (object_type, object_ref, axis_code, value_code, zone, confidence, provenance, assigned_at, created_by)
      values ('collection', 'governance_registry', 'topic', 'kg-domain-x', 'approved', 1, '{}', now(), 'x');`),
    ).not.toContain('conflicting_parentage');
  });

  it('timing measures assignment against newest label: 75, 66 and 5 days, and never', async () => {
    expect(
      await database.sql(
        `select collection || ' ' || coalesce(lag_days::text, timing) || ' ' || severity from v_projection_lag_timing order by 1`,
      ),
    ).toBe(
      [
        'agents 75 warning',
        'iu_staging_record never_projected warning',
        'modules 66 warning',
        'tasks 5 info',
        'workflows never_projected warning',
      ].join('\n'),
    );
  });
});

describe.each(['timestamptz', 'timestamp'])('with entity_labels.assigned_at of type %s', (type) => {
  it('timing is the same in every time zone', async () => {
    const changed = 'fixture_of_labels';
    await copyDatabase(database.server, { from: 'fixture', to: changed });
    await database.sql(`alter table entity_labels alter assigned_at type ${type}`, changed);
    await copyDatabase(database.server, { from: changed, to: 'directus' });
    await database.apply(7);
    const timing = (zone: string) =>
      database.sql(`set timezone = '${zone}'; select collection || ' ' || coalesce(extract(epoch from latest_label_at)::text, timing)
        || ' ' || coalesce(lag_days::text, '') from v_projection_lag_timing order by 1`);
    const seen = await timing('UTC');
    expect(seen).toMatch(/^agents \d+\.\d+ 75$/m);
    expect(await timing('Asia/Tokyo')).toBe(seen);
    expect(await timing('America/New_York')).toBe(seen);
  });
});

describe('reconcile', () => {
  it('compares facets before labels, and shows the decisions taken', async () => {
    expect(
      await database.sql(
        `select collection || ' ' || raw_flag || ' ' || flag from v_reconcile_collection_topic_vs_label order by 1`,
      ),
    ).toBe(
      [
        'agents orthogonal_facet reconciled_orthogonal_facet',
        'governance_registry no_label_rule reconciled_projection_pending',
        'iu_staging_record no_label_rule no_label_rule',
        'modules orthogonal_facet reconciled_orthogonal_facet',
        'tasks orthogonal_facet reconciled_orthogonal_facet',
        'workflows orthogonal_facet reconciled_orthogonal_facet',
      ].join('\n'),
    );
    const flag = (label: string) =>
      database.sql(`begin; delete from topic_label_reconcile_decision; update label_rules set result_label = '${label}'
      where condition ->> 'collection' = 'agents'; select flag from v_reconcile_collection_topic_vs_label where collection = 'agents'; rollback;`);
    expect(await flag('LBL-006')).toBe('consistent');
    expect(await flag('LBL-004')).toBe('divergent');
  });

  it('an owned topic without label rule and without decision is a projection gap', async () => {
    expect(
      await database.sql(`begin; ${goldenState} delete from topic_label_reconcile_decision where collection = 'governance_registry';
      select collection from v_reconcile_topic_projection_gap; rollback;`),
    ).toBe('governance_registry');
  });
});

describe('the scanner', () => {
  it('repeats itself on unchanged data, resolves what vanished and emits nothing', async () => {
    const result = await database.sql(`begin;
      select fn_governance_scan('test'); select fn_governance_scan('test');
      select finding_count, new_count, resolved_count from governance_scan_run order by scan_id desc limit 1;
      insert into coverage_rule values ('CR-TOPIC', 'topic', 'collection', 'per_assignment', 0.70, 30, 'accountable', 'active', 'x');
      select fn_governance_scan('test');
      select finding_count, new_count, resolved_count from governance_scan_run order by scan_id desc limit 1;
      select status from governance_drift_state where detector_code = 'coverage_rule_missing';
      select bool_or(emitted) from governance_event_log; rollback;`);
    const lines = result.split('\n');
    expect(lines[2]).toMatch(/^\d+\|0\|0$/);
    expect(lines[4]).toMatch(/^\d+\|29\|1$/);
    expect(lines.slice(5)).toEqual(['resolved', 'f']);
  });

  it('proves its constraints: unknown owner, doubled owner, bad zone, missing provenance', async () => {
    const refused = async (statement: string, state: string): Promise<void> => {
      expect(
        await database.sql(
          `do $$ begin ${statement}; raise exception 'accepted'; exception when others then perform set_config('t.state', sqlstate, false); end $$; select current_setting('t.state')`,
        ),
      ).toBe(state);
    };
    const owner = (
      code: string,
      group = 'GRP-AI',
    ) => `insert into axis_object_ownership (object_type, object_ref, axis_code, value_code, owner_gov_code, owner_kind, created_by)
      values ('collection', 'agents', 'containment', '${group}', '${code}', 'accountable', 'x')`;
    const assignment = (
      zone: string,
      value: string,
    ) => `insert into axis_assignment (object_type, object_ref, axis_code, value_code, zone, assigned_at, created_by)
      values ('collection', 'x', 'topic', '${value}', '${zone}', now(), 'x')`;
    await refused(owner('GOV-NOPE', 'GRP-WORKFLOW'), '23503');
    await refused(owner('GOV-SIV'), '23505');
    await refused(assignment('nowhere', 'governance'), '23514');
    await refused(assignment('approved', 'governance'), '23514');
    await refused(assignment('quarantine', 'nothing'), '23503');
  });
});
