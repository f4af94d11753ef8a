import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type App, Stack } from 'aws-cdk-lib/core';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderManifest } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { createCheckedApp } from '../../../lib/house/release-checks.ts';
import { nodeId, packageDirectory } from '../synthesized.ts';

interface Report {
  pluginReports: { pluginName: string; violations: { ruleName: string }[] }[];
}

const { context } = JSON.parse(readFileSync(join(__dirname, '../../../cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-checks-'));
  cpSync(packageDirectory, join(folder, 'sql'), { recursive: true });
  writeFileSync(join(folder, 'sql', 'manifest-sha256.txt'), renderManifest(readPackageFiles(join(folder, 'sql'))));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function synthesize(prepare: (app: App) => void = () => undefined, more: Record<string, unknown> = {}): Report {
  const outdir = join(folder, 'out');
  const report = join(outdir, 'validation-report.json');
  const app = createCheckedApp(join(folder, 'sql'), {
    context: { ...context, 'one-roof:nodeId': nodeId, 'aws:cdk:bundling-stacks': [], ...more },
    outdir,
    builtinCloudFormationValidation: false,
  });
  prepare(app);
  try {
    app.synth();
  } catch (error) {
    // A finding is an error; what was found is in the report.
    if (!existsSync(report)) throw error;
  }
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

test('cdk-nag finds nothing in the stack that is not acknowledged with a reason', () => {
  expect(synthesize().pluginReports).toEqual([]);
});

test('nor in the stack with the approver’s page', () => {
  const more = { 'one-roof:approverEmail': 'owner@example.org' };
  expect(synthesize(undefined, more).pluginReports).toEqual([]);
});

test('cdk-nag does look: a topic without TLS is found', () => {
  const { pluginReports } = synthesize((app) => new Topic(Stack.of(app.node.findChild('OneRoof')), 'Careless'));
  const found = pluginReports.flatMap(({ pluginName, violations }) =>
    violations.map(({ ruleName }) => [pluginName, ruleName]),
  );
  expect(found).toEqual([['AwsSolutions', 'AwsSolutions-SNS3']]);
});

test('a file that was changed after its review is not deployed', () => {
  writeFileSync(join(folder, 'sql', 'prod', '10_structure.sql'), '-- changed\n');
  expect(() => synthesize()).toThrow(/sql\/prod\/10_structure\.sql is sha256:/);
});
