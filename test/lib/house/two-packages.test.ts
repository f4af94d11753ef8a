import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeRelease } from '../../../lib/house/synthesize.ts';
import { nodeId, packageDirectory, synthesized } from '../synthesized.ts';

/** Properties by which something on AWS has a name of its own, which nothing else in the account and Region may have. */
const naming = [
  'StateMachineName',
  'ManagedPolicyName',
  'LogGroupName',
  'DashboardName',
  'Name',
  'TopicName',
  'BucketName',
  'QueueName',
  'AlarmName',
  'RoleName',
  'FunctionName',
];

/** Every name in a stack but those that refer to another resource of it. */
function namesOf({ template, nested }: ReturnType<typeof synthesized>): string[] {
  return [template, ...nested]
    .flatMap(({ Resources }) => Object.values(Resources))
    .filter(
      ({ Type }) => !['AWS::Logs::MetricFilter', 'AWS::Lambda::Version', 'AWS::Lambda::Permission'].includes(Type),
    )
    .flatMap(({ Type, Properties }) => naming.flatMap((key) => (key in Properties ? [[Type, Properties[key]]] : [])))
    .map((name) => JSON.stringify(name));
}

function namespacesOf({ template }: ReturnType<typeof synthesized>): string[] {
  return [...JSON.stringify(template).matchAll(/"MetricNamespace":"([^"]+)"/g)].map(([, name = '']) => name);
}

test('two packages can live in one account and Region: nothing of one has the name of something of the other', () => {
  const other = mkdtempSync(join(tmpdir(), 'one-roof-orders-'));
  cpSync(packageDirectory, other, { recursive: true });
  const plan = readFileSync(join(other, 'release.json'), 'utf8');
  writeFileSync(join(other, 'release.json'), plan.replace('"name": "one-roof"', '"name": "orders"'));
  const orders = synthesizeRelease({ packageDirectory: other, settings: { nodeId } });
  rmSync(other, { recursive: true });
  const [ours, theirs] = [namesOf(synthesized()), namesOf(orders)];
  expect(ours.length).toBeGreaterThan(70);
  expect(theirs).toHaveLength(ours.length);
  expect(theirs.filter((name) => ours.includes(name))).toEqual([]);
  expect(new Set(namespacesOf(orders))).toEqual(new Set(['Orders']));
  expect(new Set(namespacesOf(synthesized()))).toEqual(new Set(['OneRoof']));
});

test('policies, which are global in an account, carry the Region too', () => {
  const policies = Object.values(synthesized().template.Resources).filter(
    ({ Type }) => Type === 'AWS::IAM::ManagedPolicy',
  );
  expect(policies).toHaveLength(3);
  for (const { Properties } of policies)
    expect(JSON.stringify(Properties['ManagedPolicyName'])).toContain('AWS::Region');
});
