import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { postChecks } from '../../../core/release/post-checks.ts';
import { watchApproval } from '../../../core/approval/watch-approval.ts';
import { writeReport } from '../../../core/release/write-report.ts';
import { logged } from '../../core/logged.ts';
import { createTestPorts } from '../../core/ports.ts';
import { proven } from '../../core/proven.ts';
import { counted, type Filter } from './filter-pattern.ts';
import { synthesized } from '../synthesized.ts';

const { template, functions } = synthesized();
const ofType = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);

interface Alarm {
  AlarmDescription: string;
  AlarmActions: unknown[];
  Threshold: number;
  MetricName?: string;
  Namespace?: string;
  Metrics?: { Id: string; Expression?: string; MetricStat?: { Metric: { MetricName: string; Namespace: string } } }[];
  TreatMissingData: string;
}

const filters = ofType('AWS::Logs::MetricFilter').map(({ Properties }) => Properties as unknown as Filter);
const alarms = ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties as unknown as Alarm);

function filtersOf(metric: string): Filter[] {
  return filters.filter(({ MetricTransformations: [to] }) => to?.MetricName === metric);
}

const runId = '0123456789ab';
const digest = `sha256:${'0'.repeat(64)}`;
const gate = {
  status: 'READY',
  blockers: '',
  explanations: [],
  notes: [],
  conditions: [],
  readAt: '2026-01-01T00:00:00.000Z',
};
const state = {
  ...{
    runId,
    packageDigest: digest,
    ready: true,
    gate,
    answersLeft: 3,
    startBySeconds: 45,
    reason: '',
    decision: 'approved',
  },
  documents: { 'outcome-reread': { version: '1', hash: 'h' } },
  approval: { apr: 'APR-X-1', packageDigest: digest, declaredBy: 'me', acceptedAt: gate.readAt },
};
const event = {
  input: state,
  execution: { Id: 'arn:aws:states:eu-central-1:111122223333:execution:OneRoof-Release:x', Name: 'x', StartTime: '' },
  state: { Name: 'Post checks', EnteredTime: '2026-06-03T10:00:00.000Z' },
};

/** The environment of the watch as the stack makes it. */
const watched = {
  ...{ STATE_MACHINE_ARN: 'arn', APPROVAL_STATE: 'Await approval', TOPIC_ARN: 'topic', TITLE: 'Depot', PAGE_LINK: '' },
  ...{ REMINDER_SECONDS: 12 * 3600 },
};

test('a pattern that this test cannot read fails it', () => {
  const [filter] = filtersOf('EvidenceNotWritten');
  const strange = ['{ ($.message = "a") && ($.run = "b") }', '{ $.message = "a*" }', '{ $.message != "a" }', '"a"'];
  for (const FilterPattern of strange)
    expect(() => counted({ ...(filter as Filter), FilterPattern }, '{"message":"a"}')).toThrow('form unknown here');
});

test('evidence that cannot be stored is counted, in the log of every function behind a state', async () => {
  const lines = await logged((log) =>
    recordEvidence(
      { ...createTestPorts({ evidenceFails: true }), log },
      { runId, step: 'tier-1', packageDigest: digest, facts: {} },
    ),
  );
  const [filter] = filtersOf('EvidenceNotWritten');
  expect(lines.map((line) => counted(filter as Filter, line))).toEqual([1]);
  expect(filtersOf('EvidenceNotWritten')).toHaveLength(functions.length - 3);
  const groups = filtersOf('EvidenceNotWritten').map(({ LogGroupName }) => LogGroupName.Ref);
  expect(new Set(groups).size).toBe(functions.length - 3);
  expect(groups.some((group) => /ApprovalWatch|SignReport|Announce/.test(group))).toBe(false);
});

test('a report that cannot be stored is counted too', async () => {
  const ports = createTestPorts();
  const store = { ...ports.evidence, writeReport: () => Promise.reject(new Error('the store is full')) };
  const environment = {
    EVIDENCE_BUCKET: 'bucket',
    PACKAGE_DIGEST: digest,
    TOPIC_ARN: 'topic',
    SIGNING_KEY: 'machine',
    TIERS: [],
    TITLE: 'A package',
  };
  const lines = await logged((log) => writeReport(environment, { ...ports, evidence: store, log })(event));
  const [filter] = filtersOf('EvidenceNotWritten');
  expect(lines.map((line) => counted(filter as Filter, line))).toContain(1);
});

test.each([
  ['1', [1]],
  ['0', []],
])('a sealed release that reads back a gap of %s is counted: %j', async (gap, expected) => {
  const script = {
    id: 'outcome-reread',
    role: 'outcome',
    document: 'one-roof-outcome-reread',
    sha256: 'c'.repeat(64),
    seconds: 30,
  };
  const environment = {
    EVIDENCE_BUCKET: 'bucket',
    PACKAGE_DIGEST: digest,
    NODE_ID: 'mi-0123456789abcdef0',
    START_BY_SECONDS: 45,
    SCRIPTS: [{ ...script, proof: '^(?<json>.*)$', parameters: ['ratifiedApr'] }],
  };
  const line = JSON.stringify([{ metric: 'gap', value: gap, expected: '0' }]);
  const ports = createTestPorts({ answer: (request) => proven(request, line) });
  const lines = await logged((log) => postChecks(environment, { ...ports, log })(event));
  const [filter] = filtersOf('PostChecksDiffer');
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.flatMap((written) => counted(filter as Filter, written) ?? [])).toEqual(expected);
});

test('how long an approval waits becomes the metric, in hours', async () => {
  const ports = createTestPorts();
  const standing = [
    { arn: 'a', state: 'Await approval', since: new Date('2026-06-02T04:00:00.000Z') },
    { arn: 'b', state: 'Tier 1 Structure', since: new Date('2026-06-01T00:00:00.000Z') },
  ];
  const lines = await logged((log) =>
    watchApproval(watched, { ...ports, log, standing: { standing: () => Promise.resolve(standing) } })(),
  );
  const [filter] = filtersOf('ApprovalWaitingHours');
  expect(lines.map((line) => counted(filter as Filter, line))).toEqual([30]);
});

test('the watch looks for the state that the release has, and is called on a schedule', () => {
  const watch = functions.find(({ handler }) => handler === 'watch-approval');
  expect(watch?.environment['APPROVAL_STATE']).toBe('Await approval');
  // Half of the time until the alarm, which is half of the time that is given.
  expect(watch?.environment).toMatchObject({ REMINDER_SECONDS: '43200' });
  const rules = ofType('AWS::Events::Rule').filter(({ Properties }) => 'ScheduleExpression' in Properties);
  const called = rules.map(({ Properties }) => [
    Properties['ScheduleExpression'],
    functions.find(({ name }) => JSON.stringify(Properties['Targets']).includes(`"${name}"`))?.handler,
  ]);
  expect(called.sort()).toEqual([
    ['rate(1 day)', 'check-drift'],
    ['rate(15 minutes)', 'watch-approval'],
  ]);
});

test.each([
  ['PostChecksDiffer', ['post-checks']],
  ['Drifted', ['check-drift']],
  ['EvidenceNotWritten', ['report-rollback', 'sign-report', 'write-report']],
])('%s also sounds when %j fails or is ended, which writes no line', (metric, handlers) => {
  const found = alarms.find(({ Metrics = [] }) => Metrics.some(({ Id }) => Id === `lines${metric}`));
  const errors = found?.Metrics?.filter(({ Id }) => Id.startsWith(`errors${metric}`)) ?? [];
  const failing = errors.map(({ MetricStat }) => {
    expect(MetricStat?.Metric).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: 'Errors' });
    return functions.find(({ name }) => JSON.stringify(MetricStat).includes(`"${name}"`))?.handler;
  });
  expect(failing.sort()).toEqual(handlers);
  expect(found?.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression).toBe(
    [`lines${metric}`, ...errors.map(({ Id }) => Id)].map((id) => `FILL(${id}, 0)`).join(' + '),
  );
});

test('each alarm is told to people, and silence is no alarm', () => {
  expect(alarms).toHaveLength(11);
  for (const { AlarmActions, TreatMissingData } of alarms) {
    expect(AlarmActions).toHaveLength(1);
    expect(TreatMissingData).toBe('notBreaching');
  }
});

test('every metric of ours that an alarm looks at is written by a filter', () => {
  const ours = alarms
    .flatMap(({ MetricName, Namespace, Metrics = [] }) => [
      { MetricName, Namespace },
      ...Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric])),
    ])
    .filter(({ Namespace }) => Namespace === 'OneRoof')
    .map(({ MetricName }) => MetricName);
  expect(ours.sort()).toEqual(['ApprovalWaitingHours', 'Drifted', 'EvidenceNotWritten', 'PostChecksDiffer']);
  for (const name of ours) expect(filtersOf(name ?? '')).not.toEqual([]);
});

test('there is one dashboard, with every alarm and the log of every function on it', () => {
  const dashboards = ofType('AWS::CloudWatch::Dashboard');
  expect(dashboards).toHaveLength(1);
  const body = JSON.stringify(dashboards[0]?.Properties);
  const alarmIds = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
  for (const [id] of alarmIds) expect(body).toContain(`"${id}","Arn"`);
  for (const { LogGroupName } of filters) expect(body).toContain(LogGroupName.Ref);
});
