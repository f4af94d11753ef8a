import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseGuard } from '../../../core/package/clone-variant.ts';
import { rehearsalScripts } from '../../../core/rehearsal/scripts.ts';
import { documentDigest } from '../../../core/command/document.ts';
import { environmentSchemas } from '../../../core/base/environment.ts';
import { readEnvironment } from '../../../core/base/read-environment.ts';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { synthesizeRelease } from '../../../lib/house/synthesize.ts';
import { definitionOf, nodeId, packageDirectory, synthesized } from '../synthesized.ts';

const release = synthesized();
const described = describePackage(readPackageFiles(packageDirectory));

function resources(type: string) {
  return Object.values(release.template.Resources).filter(({ Type }) => Type === type);
}

/** The command documents of release and rehearsal, which are a nested stack each. */
function documentResources(from = release) {
  return from.nested.flatMap(({ Resources }) => Object.values(Resources));
}

/** A resource with a name of its own must not survive a first deployment that fails: the second would find it taken. */
const named = 'RetainExceptOnCreate';

test.each([
  ['AWS::StepFunctions::StateMachine', named],
  ['AWS::Logs::LogGroup', named],
  ['AWS::Lambda::Version', 'Retain'],
  ['AWS::S3::Bucket', 'Retain'],
])('%s outlives the stack: it is history, or an execution still points to it', (type, deletion) => {
  expect(resources(type).length).toBeGreaterThan(0);
  for (const resource of resources(type)) {
    expect(resource).toMatchObject({ DeletionPolicy: deletion, UpdateReplacePolicy: 'Retain' });
  }
});

test('machines have their names, are traced, and log everything but the data, which holds the task token', () => {
  const machines = resources('AWS::StepFunctions::StateMachine').map(({ Properties }) => Properties);
  expect(machines.map(({ StateMachineName }) => StateMachineName).sort()).toEqual([
    'OneRoof-Rehearsal',
    'OneRoof-Release',
    'OneRoof-Rollback',
  ]);
  for (const machine of machines) {
    expect(machine).toMatchObject({
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  }
});

test('every log group has a name and an end', () => {
  for (const { Properties } of resources('AWS::Logs::LogGroup')) {
    expect(Properties['LogGroupName']).toMatch(/^\/(one-roof|aws\/vendedlogs\/states)\//);
    expect(Properties['RetentionInDays']).toBe(3653);
  }
});

test('every function has its own role and its own log group', () => {
  const functions = resources('AWS::Lambda::Function').map(({ Properties }) => Properties);
  const different = (key: string) => new Set(functions.map((properties) => JSON.stringify(properties[key]))).size;
  expect(functions).toHaveLength(release.functions.length);
  expect(different('Role')).toBe(functions.length);
  expect(different('LoggingConfig')).toBe(functions.length);
  expect(JSON.stringify(release.template)).not.toContain('AWSLambdaBasicExecutionRole');
});

/** A value as it will be at deployment: a reference counts as a long ARN. */
function deployed(value: unknown): string {
  return typeof value === 'string' ? value : `arn:${'x'.repeat(150)}`;
}

test('every environment is what the handler of the function parses, and fits into the 4 KB of Lambda', () => {
  for (const { handler, environment } of release.functions) {
    const values = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, deployed(value)]));
    expect(() => readEnvironment(environmentSchemas[handler], values)).not.toThrow();
    expect(Object.entries(values).join('').length).toBeLessThan(4096);
  }
});

test('there is one document per script, named after it, and it is updated in place', () => {
  const documents = documentResources().map(({ Properties }) => Properties);
  const rehearsed = rehearsalScripts(described, readPackageFiles(join(packageDirectory, 'runner')));
  const scripts = [...described.scripts, ...rehearsed].map(({ script }) => `one-roof-${script.id}`);
  expect(documents.map(({ Name }) => Name)).toEqual(scripts);
  for (const document of documents) {
    expect(document).toMatchObject({ DocumentType: 'Command', DocumentFormat: 'JSON', UpdateMethod: 'NewVersion' });
  }
});

test('no template comes near the megabyte that CloudFormation takes, and only documents lie in the nested ones', () => {
  for (const template of [release.template, ...release.nested]) {
    expect(JSON.stringify(template).length).toBeLessThan(700_000);
  }
  expect(release.nested).toHaveLength(2);
  expect(new Set(documentResources().map(({ Type }) => Type))).toEqual(new Set(['AWS::SSM::Document']));
  expect(resources('AWS::SSM::Document')).toEqual([]);
});

test.each([
  ['check-gate', false],
  ['check-disk', true],
] as const)('%s knows the digest of every document of its machine in the template', (name, rehearsal) => {
  const environment = release.functions.find(({ handler }) => handler === name)?.environment ?? {};
  const digests = JSON.parse(deployed(environment['DOCUMENT_DIGESTS'])) as Record<string, string>;
  const inTemplate = documentResources()
    .map(({ Properties: { Name, Content } }) => [
      String(Name).replace('one-roof-', ''),
      documentDigest(JSON.parse(String(Content))),
    ])
    .filter(([id]) => id?.startsWith('rehearsal-') === rehearsal);
  expect(digests).toEqual(Object.fromEntries(inTemplate));
  const all = release.documents.map(({ content }) => documentDigest(content));
  for (const digest of Object.values(digests)) expect(all).toContain(digest);
});

test('evidence cannot be deleted, and is written over TLS only', () => {
  const locked = resources('AWS::S3::Bucket').filter(({ Properties }) => Properties['ObjectLockEnabled'] === true);
  expect(locked).toHaveLength(1);
  expect(locked[0]?.Properties).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 3653 } } },
  });
  expect(resources('AWS::S3::BucketPolicy')).toHaveLength(2);
  for (const policy of resources('AWS::S3::BucketPolicy'))
    expect(JSON.stringify(policy)).toContain('aws:SecureTransport');
});

test('a stopped, timed out or failed release starts the rollback; what cannot start one is kept and alarms', () => {
  const [rule] = resources('AWS::Events::Rule')
    .map(({ Properties }) => Properties)
    .filter((properties) => 'EventPattern' in properties);
  expect(rule).toMatchObject({
    EventPattern: {
      source: ['aws.states'],
      detail: { status: ['ABORTED', 'FAILED', 'TIMED_OUT'], stateMachineArn: [{ Ref: release.machines.release }] },
    },
    Targets: [{ Arn: { Ref: release.machines.rollback }, RetryPolicy: { MaximumRetryAttempts: 10 } }],
  });
  expect(JSON.stringify(rule)).toContain('DeadLetterConfig');
});

test('adding a tier touches the plan and SQL files, no TypeScript: state, function, role, document, log group follow', () => {
  const copy = mkdtempSync(join(tmpdir(), 'one-roof-package-'));
  try {
    cpSync(packageDirectory, copy, { recursive: true });
    const file = join(copy, 'release.json');
    const plan = JSON.parse(readFileSync(file, 'utf8')) as { tiers: Record<string, unknown>[] };
    const example = { ...plan.tiers[1], id: '7', name: 'Example', title: 'An example', file: 'prod/70_example.sql' };
    plan.tiers.splice(-1, 0, { ...example, mutates: true, seals: false });
    writeFileSync(file, JSON.stringify(plan));
    writeFileSync(join(copy, 'prod', '70_example.sql'), `${databaseGuard('directus')}\nselect 1;\n`);

    const changed = synthesizeRelease({ packageDirectory: copy, settings: { nodeId } });
    const count = (from: typeof release, type: string) =>
      Object.values(from.template.Resources).filter(({ Type }) => Type === type).length;
    for (const type of ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::Logs::LogGroup']) {
      expect([type, count(changed, type)]).toEqual([type, count(release, type) + 1]);
    }
    // One for production, and its clone variant.
    expect(documentResources(changed)).toHaveLength(documentResources().length + 2);
    const { States } = definitionOf('release', changed);
    expect(States['Tier 6 Scanner baseline']?.Next).toBe('Tier 7 Example');
    expect(States['Tier 7 Example']?.Next).toBe('Tier 8 Verify');
    const fence = changed.functions.find(({ handler }) => handler === 'fence');
    expect(fence?.environment['READ_ONLY_STATES']).not.toContain('Tier 7 Example');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

test('a tier that one function could not await is refused while building', () => {
  const copy = mkdtempSync(join(tmpdir(), 'one-roof-package-'));
  try {
    cpSync(packageDirectory, copy, { recursive: true });
    const file = join(copy, 'release.json');
    const plan = JSON.parse(readFileSync(file, 'utf8')) as { tiers: { seconds: number }[] };
    for (const tier of plan.tiers) tier.seconds = 600;
    writeFileSync(file, JSON.stringify(plan));
    expect(() => synthesizeRelease({ packageDirectory: copy, settings: { nodeId } })).toThrow(/"tier-\d" needs \d+ s/);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

test('whatever of the package only reads logs in as the reader, on production and on a clone; the engine as the writer, but for the watch', () => {
  const { reader, writer } = described.plan;
  const users = documentResources().flatMap(({ Properties }): [string, string][] => {
    const { mainSteps } = JSON.parse(String(Properties['Content'])) as {
      mainSteps: [{ inputs: { runCommand: string[] } }];
    };
    const [, user = ''] = /^set -- '-U' '(\w+)'/m.exec(mainSteps[0].inputs.runCommand.join('\n')) ?? [];
    return [[String(Properties['Name']).replace(/^one-roof-/, ''), user]];
  });
  const readers = [
    'gate-check',
    'apr-check',
    'baseline-probe',
    'ui-read-contract',
    'outcome-reread',
    'tier-0',
    'drift',
  ];
  const onClone = ['rehearsal-tier-0', 'rehearsal-ui-read-contract', 'rehearsal-outcome-reread'];
  const read = users.filter(([, user]) => user === reader).map(([id]) => id);
  expect(read.sort()).toEqual([...readers, ...onClone, 'rehearsal-production-probe'].sort());
  expect(new Set(users.map(([, user]) => user))).toEqual(new Set([reader, writer]));
});
