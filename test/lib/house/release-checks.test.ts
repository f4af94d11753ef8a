import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type App, Stack } from 'aws-cdk-lib/core';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage } from '../../../check/check-package.ts';
import { generateFiles } from '../../../core/package/generated.ts';
import { renderManifest } from '../../../core/package/manifest.ts';
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

async function synthesize(
  prepare: (app: App) => void = () => undefined,
  more: Record<string, unknown> = {},
): Promise<Report> {
  const outdir = join(folder, 'out');
  const report = join(outdir, 'validation-report.json');
  const app = await createCheckedApp(join(folder, 'sql'), {
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

test('cdk-nag finds nothing in the stack that is not acknowledged with a reason', async () => {
  expect((await synthesize()).pluginReports).toEqual([]);
});

test('nor in the stack with the approver’s page', async () => {
  const more = { 'one-roof:approverEmail': 'owner@example.org' };
  expect((await synthesize(undefined, more)).pluginReports).toEqual([]);
});

test('cdk-nag does look: a topic without TLS is found', async () => {
  const { pluginReports } = await synthesize((app) => new Topic(Stack.of(app.node.findChild('OneRoof')), 'Careless'));
  const found = pluginReports.flatMap(({ pluginName, violations }) =>
    violations.map(({ ruleName }) => [pluginName, ruleName]),
  );
  expect(found).toEqual([['AwsSolutions', 'AwsSolutions-SNS3']]);
});

test('a file that was changed after its review is not deployed', async () => {
  writeFileSync(join(folder, 'sql', 'prod', '10_structure.sql'), '-- changed\n');
  await expect(synthesize()).rejects.toThrow(/sql\/prod\/10_structure\.sql is sha256:/);
});

test('a package for several approvers is deployed with the approver’s page alone: without it nobody could release', async () => {
  const copy = join(folder, 'sql');
  const plan = join(copy, 'release.json');
  const json = JSON.parse(readFileSync(plan, 'utf8')) as { approval: object };
  writeFileSync(plan, `${JSON.stringify({ ...json, approval: { ...json.approval, people: 2 } })}\n`);
  for (const [path, text] of generateFiles(readPackageFiles(copy)).files) writeFileSync(join(copy, path), text);
  await expect(synthesize()).rejects.toThrow(/asks for 2 approvers.* one-roof:approverEmail/);
  await synthesize(undefined, { 'one-roof:approverEmail': 'owner@example.org' });
});

test('nor is a package that breaks a rule of the check; one that its plan accepts is, and the gate is told', async () => {
  const copy = join(folder, 'sql');
  const generate = () => {
    for (const [path, text] of generateFiles(readPackageFiles(copy)).files) writeFileSync(join(copy, path), text);
  };
  const [file, plan] = ['prod_rollback/per_tier_rollback.sql', join(copy, 'release.json')];
  writeFileSync(join(copy, file), `${readFileSync(join(copy, file), 'utf8')}truncate public.governance_scan_run;\n`);
  generate();
  await expect(synthesize()).rejects.toThrow(/per_tier_rollback\.sql:\d+ no-truncate TRUNCATE empties/);
  const found = await checkPackage(readPackageFiles(copy));
  const entries = found.map((finding) => ({ rule: finding.rule, file: finding.file, reason: 'Only to see it.' }));
  const json = JSON.parse(readFileSync(plan, 'utf8')) as object;
  writeFileSync(plan, `${JSON.stringify({ ...json, acceptedFindings: entries })}\n`);
  generate();
  expect((await synthesize()).pluginReports).toEqual([]);
  const template = readFileSync(join(folder, 'out', 'OneRoof.template.json'), 'utf8');
  expect(template).toContain(`breaks the rule no-truncate of its check in ${file}`);
});
