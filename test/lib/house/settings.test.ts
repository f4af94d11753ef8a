import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib/core';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PackageInvalid, SettingMissing } from '../../../core/base/errors.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { approvalSeconds, readSettings } from '../../../lib/house/settings.ts';
import { cdkFolder } from '../cdk-folder.ts';

const outdir = cdkFolder();

function settings(context: Record<string, unknown>) {
  return readSettings(new App({ context, outdir }).node);
}

const nodeId = { 'one-roof:nodeId': 'mi-0123456789abcdef0' };

test('the node is all that has to be said', () => {
  expect(settings(nodeId)).toMatchObject({
    container: 'postgres',
    approvalHours: 48,
    approvalAlarmHours: 24,
    startBySeconds: 45,
    clockSkewSeconds: 5,
    evidenceLockMode: 'COMPLIANCE',
  });
});

test('text from the command line counts as much as a number from cdk.json', () => {
  const given = settings({ ...nodeId, 'one-roof:approvalHours': '0.5', 'one-roof:startBySeconds': '2' });
  expect(approvalSeconds(given)).toBe(1800);
  expect(given.startBySeconds).toBe(2);
});

test('an approval that waits half of its time sets off an alarm, unless another time is set', () => {
  expect(settings({ ...nodeId, 'one-roof:approvalHours': '6' }).approvalAlarmHours).toBe(3);
  expect(settings({ ...nodeId, 'one-roof:approvalAlarmHours': '4' }).approvalAlarmHours).toBe(4);
});

test.each([
  [{}, 'one-roof:nodeId'],
  [{ ...nodeId, 'one-roof:approvalAlarmHours': '48' }, 'one-roof:approvalAlarmHours'],
  [{ ...nodeId, 'one-roof:approvalAlarmHours': '0' }, 'one-roof:approvalAlarmHours'],
  [{ ...nodeId, 'one-roof:runbookUrl': 'docs/operator.md' }, 'one-roof:runbookUrl'],
  [{ 'one-roof:nodeId': 'contabo' }, 'one-roof:nodeId'],
  [{ ...nodeId, 'one-roof:container': 'postgres; reboot' }, 'one-roof:container'],
  [{ ...nodeId, 'one-roof:notificationAddress': 'somebody' }, 'one-roof:notificationAddress'],
  [{ ...nodeId, 'one-roof:startBySeconds': '1.5' }, 'one-roof:startBySeconds'],
  [{ ...nodeId, 'one-roof:logRetentionDays': 100 }, 'one-roof:logRetentionDays'],
  [{ ...nodeId, 'one-roof:evidenceLockMode': 'none' }, 'one-roof:evidenceLockMode'],
])('a wrong setting is refused by the name an operator can set: %j', (context, key) => {
  expect(() => settings(context)).toThrow(SettingMissing);
  expect(() => settings(context)).toThrow(new RegExp(`CDK context "${key}".*-c ${key}=`));
});

test('a package is read with forward slashes, and refused when it is absent or not text', () => {
  const directory = mkdtempSync(join(tmpdir(), 'one-roof-read-'));
  try {
    writeFileSync(join(directory, 'b.sql'), 'select 1;\n');
    const own = [...readPackageFiles(directory)].filter(([name]) => !name.startsWith('runner/'));
    expect(own).toEqual([['b.sql', 'select 1;\n']]);
    writeFileSync(join(directory, 'a.sql'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(() => readPackageFiles(directory)).toThrow(PackageInvalid);
    expect(() => readPackageFiles(join(directory, 'absent'))).toThrow(PackageInvalid);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
