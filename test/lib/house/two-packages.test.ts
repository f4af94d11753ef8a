import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createReleaseApp } from '../../../lib/house/release-app.ts';
import { cachedRelease } from '../../../local/driver/cached-release.ts';
import { nodeId, packageDirectory, synthesized } from '../synthesized.ts';
import { cdkFolder } from '../cdk-folder.ts';

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

const other = join(__dirname, '../../../examples/orders');

test('two packages can live in one account and Region: nothing of one has the name of something of the other', () => {
  const orders = cachedRelease({ packageDirectory: other, settings: { nodeId } });
  const [ours, theirs] = [namesOf(synthesized()), namesOf(orders)];
  expect(ours.length).toBeGreaterThan(70);
  expect(theirs.length).toBeGreaterThan(50);
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

const outdir = cdkFolder();
const cdkJson = JSON.parse(readFileSync(join(__dirname, '../../../cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

test('CDK context says which package is deployed', () => {
  const context = {
    ...cdkJson.context,
    'one-roof:package': other,
    'one-roof:nodeId': nodeId,
    'aws:cdk:bundling-stacks': [],
  };
  const { stack } = createReleaseApp({ packageDirectory, checkManifest: true, app: { context, outdir } });
  expect(stack.stackName).toBe('Orders');
});
