import type { Template } from '../../lib/house/synthesized.ts';
import { computing } from './price.ts';
import type { Row } from './table.ts';

const minutesAMonth = 730 * 60;
/** Longest that a function is assumed to work which a rule calls on a schedule, in seconds. */
const callSeconds = 2;

/**
 * What costs something while no release runs: list price a month in USD, and how many of them CloudWatch never charges
 * for. A metric is charged for the hours in which it is written; the worst case is assumed, every hour.
 */
const standing = [
  { what: 'keys', month: 1, free: 0 },
  { what: 'alarms', month: 0.1, free: 10 },
  { what: 'dashboards', month: 3, free: 3 },
  { what: 'metrics', month: 0.3, free: 10 },
] as const;

/** How often a rule with this schedule calls, a month. @throws Error for a schedule that is not a rate. */
function callsAMonth(schedule: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1_440 }[unit ?? ''];
  if (minutes === undefined) throw new Error(`the bench cannot count the calls of a rule with schedule ${schedule}`);
  return minutesAMonth / (Number(count) * minutes);
}

/** Rows with what the stack costs a month in which nothing is released, storage of evidence and logs not counted. */
export function standingRows(template: Template): Row[] {
  const properties = (type: string) =>
    Object.values(template.Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
  const metrics = properties('AWS::Logs::MetricFilter').map((filter) =>
    JSON.stringify(filter['MetricTransformations']),
  );
  const counts = {
    keys: properties('AWS::KMS::Key').length,
    alarms: properties('AWS::CloudWatch::Alarm').length,
    dashboards: properties('AWS::CloudWatch::Dashboard').length,
    metrics: new Set(metrics).size,
  };
  const schedules = properties('AWS::Events::Rule').flatMap(({ ScheduleExpression: schedule }) =>
    typeof schedule === 'string' ? [schedule] : [],
  );
  const calls = schedules.reduce((sum, schedule) => sum + callsAMonth(schedule), 0);
  const month = (charged: (count: number, free: number) => number) =>
    standing.reduce((sum, { what, month: each, free }) => sum + charged(counts[what], free) * each, 0) +
    computing(calls, calls * callSeconds);
  const held = standing.map(({ what }) => `${what}: ${counts[what]}`).join(', ');
  return [
    {
      what: 'the stack, a month',
      unit: 'USD',
      samples: [month((count, free) => Math.max(0, count - free))],
      limit: { most: 3 },
      note: `${held}; the 3 dashboards, 10 alarms and 10 metrics that CloudWatch gives each account are not charged`,
    },
    { what: 'the same where the account has used these up', unit: 'USD', samples: [month((count) => count)] },
  ];
}
