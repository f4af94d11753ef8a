import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main.ts';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { recordEvidence } from '../../core/evidence/evidence.ts';
import { playRollbackReport, playRun, runId } from '../core/report/runs.ts';

const { digest } = describePackage(readPackageFiles(join(__dirname, '../../sql')));
let folder: string;
let printed: string;
let complained: string;

async function verify(...options: string[]): Promise<number> {
  printed = '';
  return main(['verify-report', folder, ...options]);
}

beforeEach(async () => {
  printed = complained = '';
  folder = mkdtempSync(join(tmpdir(), 'one-roof-verify-'));
  const { files } = await playRun('rolled_back', 'plain', { packageDigest: digest });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe('one-roof verify-report', () => {
  it('passes on a fresh report, and says what it cannot know', async () => {
    expect(await verify()).toBe(0);
    expect(printed).toContain('VERIFIED');
    expect(printed).toContain('only the head can show');
  });

  it('names the file and exits 1 after one byte was changed', async () => {
    const file = join(folder, '0004.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('210', '211'));
    expect(await verify()).toBe(1);
    expect(printed).toContain('✗ 0004.json is not the entry that report.json holds');
  });

  it('names a file whose bytes are no text any more', async () => {
    const file = join(folder, 'report.html');
    const bytes = readFileSync(file);
    bytes[100] = 0xff;
    writeFileSync(file, bytes);
    expect(await verify()).toBe(1);
    expect(printed).toContain('report.html is not what report.json renders to');
  });

  it('reads a folder as it comes from the evidence bucket, reports below the entries', async () => {
    mkdirSync(join(folder, 'report'));
    for (const name of ['report.json', 'report.md', 'report.html'])
      renameSync(join(folder, name), join(folder, 'report', name));
    expect(await verify()).toBe(0);
  });

  it('compares the head that was sent out', async () => {
    const head = /head (sha256:[0-9a-f]{64})/.exec((await verify(), printed))?.[1] ?? '';
    expect(await verify('--head', head)).toBe(0);
    expect(await verify('--head', `sha256:${'0'.repeat(64)}`)).toBe(1);
    expect(printed).toContain('this is not the evidence that was reported');
  });

  it('takes the head of the message although a rollback was added since, and says what that head leaves open', async () => {
    const { files, ports } = await playRun('rolled_back', 'plain', { packageDigest: digest });
    const message = /Evidence head: {2}(\S+)/.exec(ports.bodies.join())?.[1] ?? '';
    await recordEvidence(ports, { runId, step: 'fence', packageDigest: digest, facts: {} });
    await playRollbackReport(ports, { runId, outcome: 'nothing_to_roll_back' });
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    expect(await verify('--head', message)).toBe(0);
    const [, closing, last] = /that of (\S+)\. 2 entries were added[^]* head is (\S+)\./.exec(printed) ?? [];
    expect(printed).toContain('by the rollback back\n  (fence, rollback-ended)');
    expect(printed).toContain(`Your head fixes nothing behind ${closing ?? ''}`);
    expect(await verify('--head', message, '--json')).toBe(0);
    const added = [{ step: 'fence' }, { step: 'rollback-ended' }];
    expect(JSON.parse(printed)).toMatchObject({ head: last, pinned: { file: closing, addedAfterwards: added } });
    expect(await verify('--head', last ?? '')).toBe(0);
    expect(printed).not.toContain('added afterwards');
    expect((await verify(), printed)).toContain(`${message} (${closing ?? ''})`);
    await verify('--json');
    const { heads } = JSON.parse(printed) as { heads: { addedAfterwards: { file: string }[] }[] };
    const fence = readFileSync(join(folder, heads[0]?.addedAfterwards[0]?.file ?? ''));
    const ofNoReport = `sha256:${createHash('sha256').update(fence).digest('hex')}`;
    expect(await verify('--head', ofNoReport)).toBe(1);
    expect(printed).toContain('this is not the evidence that was reported');
  });

  it('says clearly when the package is another one than the run released', async () => {
    const other = mkdtempSync(join(tmpdir(), 'one-roof-package-'));
    for (const [name, text] of readPackageFiles(join(__dirname, '../../sql'))) {
      mkdirSync(join(other, name, '..'), { recursive: true });
      writeFileSync(join(other, name), name === 'prod/10_structure.sql' ? `${text}-- one more line\n` : text);
    }
    expect(await verify('--package', other)).toBe(1);
    expect(printed).toContain(`the run released ${digest}`);
    rmSync(other, { recursive: true });
  });

  it('gives the same as data', async () => {
    expect(await verify('--json')).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ verified: true, findings: [], problems: [], packageDigest: digest });
  });

  it('refuses a folder that is none of a run', async () => {
    expect(await main(['verify-report', join(__dirname, '../../docs')])).toBe(2);
    expect(await main(['verify-report', join(folder, 'not-there')])).toBe(2);
    expect(complained).toContain('name the folder of one run');
  });
});
