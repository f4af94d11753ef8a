import { synthesizeRelease } from '../../../lib/house/synthesize.ts';
import { cachedRelease } from '../../../local/driver/cached-release.ts';
import { nodeId, packageDirectory, synthesized } from '../synthesized.ts';

const verb = 'ssm:GetCalendarState';

/** The statements about change calendars of every policy: whose they are, and on what. */
function calendarStatements(template: ReturnType<typeof synthesized>['template']): [string, string][] {
  return Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::IAM::Policy') return [];
    const { Statement } = Properties['PolicyDocument'] as { Statement: { Action: unknown; Resource: unknown }[] };
    return Statement.filter(({ Action }) => JSON.stringify(Action).includes(verb)).map(
      ({ Resource }): [string, string] => [JSON.stringify(Properties['Roles']), JSON.stringify(Resource)],
    );
  });
}

it('without a change calendar nobody may read one', () => {
  expect(calendarStatements(synthesized().template)).toEqual([]);
});

it.each([
  ['freezes', /^\{"Fn::Join":\["",\["arn:.*:ssm:.*:document\/freezes"\]\]\}$/],
  [
    'arn:aws:ssm:eu-central-1:123456789012:document/freezes',
    /^"arn:aws:ssm:eu-central-1:123456789012:document\/freezes"$/,
  ],
])('the calendar %s is read by the two functions that read the gate, and by no other', (changeCalendar, resource) => {
  const { template, functions } = cachedRelease({ packageDirectory, settings: { nodeId, changeCalendar } });
  const found = calendarStatements(template);
  expect(found.map(([roles]) => /CheckGate|CheckAnswer/.exec(roles)?.[0]).sort()).toEqual(['CheckAnswer', 'CheckGate']);
  for (const [, on] of found) expect(on).toMatch(resource);
  const told = functions.filter(({ environment }) => environment['CHANGE_CALENDAR'] === changeCalendar);
  expect(told.map(({ handler }) => handler).sort()).toEqual(['check-answer', 'check-gate']);
});

it.each(['a calendar', 'arn:aws:s3:::freezes', '../freezes'])('%j is no calendar', (changeCalendar) => {
  const settings = { nodeId, changeCalendar };
  expect(() => synthesizeRelease({ packageDirectory, settings })).toThrow(/one-roof:changeCalendar/);
});
