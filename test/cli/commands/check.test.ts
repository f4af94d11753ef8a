import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../cli/main.ts';

let folder: string;
let copy: string;
let printed: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
  copy = join(folder, 'sql');
  cpSync(join(__dirname, '../../../sql'), copy, { recursive: true });
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

async function withTruncate(): Promise<number> {
  const file = join(copy, 'prod_rollback/per_tier_rollback.sql');
  const text = readFileSync(file, 'utf8').replace(
    'delete from public.governance_scan_run where',
    'truncate public.governance_scan_run; --',
  );
  writeFileSync(file, text);
  await main(['update', '--package', copy]);
  printed = '';
  return text.slice(0, text.indexOf('truncate')).split('\n').length;
}

describe('one-roof check', () => {
  it('prints file, line, rule, what is wrong and what to do, one line a finding, and exits with 1', async () => {
    const line = await withTruncate();
    expect(await main(['check', '--package', copy])).toBe(1);
    expect(printed).toContain(
      `${copy}/prod_rollback/per_tier_rollback.sql:${line} no-truncate TRUNCATE empties a table — delete the rows that carry the tag of the release\n`,
    );
    expect(printed).toMatch(/^\d+ findings in \d+ files by \d+ rules$/m);
  });

  it('prints the same as a JSON array with --json', async () => {
    const line = await withTruncate();
    expect(await main(['check', '--package', copy, '--json'])).toBe(1);
    const findings: unknown = JSON.parse(printed);
    expect(findings).toContainEqual({
      file: join(copy, 'prod_rollback/per_tier_rollback.sql'),
      line,
      rule: 'no-truncate',
      message: 'TRUNCATE empties a table',
      fix: 'delete the rows that carry the tag of the release',
    });
  });

  it('lists what the plan accepts, with the reason, and exits with 0', async () => {
    await withTruncate();
    const file = join(copy, 'release.json');
    const plan = JSON.parse(readFileSync(file, 'utf8')) as object;
    const entry = { rule: 'no-truncate', file: 'prod_rollback/per_tier_rollback.sql', reason: 'It is empty by then.' };
    const more = {
      rule: 'tier-rollback-deletes',
      file: 'prod/60_scanner_baseline.sql',
      reason: 'TRUNCATE empties it.',
    };
    writeFileSync(file, `${JSON.stringify({ ...plan, acceptedFindings: [entry, more] })}\n`);
    await main(['update', '--package', copy]);
    printed = '';
    const exitCode = await main(['check', '--package', copy]);
    expect([exitCode, printed]).toEqual([
      0,
      expect.stringMatching(/^accepted: .*no-truncate .* — accepted because: It is empty by then\.$/m),
    ]);
    expect(printed).toMatch(/^0 findings in \d+ files by \d+ rules, \d more accepted by the plan$/m);
    printed = '';
    await main(['check', '--package', copy, '--json']);
    expect(JSON.parse(printed)).toContainEqual(
      expect.objectContaining({ rule: 'no-truncate', accepted: entry.reason }),
    );
  });

  it('prints an empty array and exits with 0 when there is nothing to find', async () => {
    await main(['update', '--package', copy]);
    printed = '';
    expect(await main(['check', '--package', copy, '--json'])).toBe(0);
    expect(JSON.parse(printed)).toEqual([]);
  });
});

describe('a package that breaks a rule', () => {
  it.each([
    [['run', '--local', '--apr', 'APR-BOOT-AUTHMODEL-1']],
    [['rehearse', '--local']],
    [['local']],
    [['trial', '--local', '--apr', 'APR-BOOT-AUTHMODEL-1']],
    [['update']],
  ])('is refused by %j before anything starts: exit 15, with file, line, rule and remedy', async (words) => {
    const line = await withTruncate();
    let said = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    expect(await main([...words, '--package', copy])).toBe(15);
    expect(said).toContain('Nothing was sent.');
    expect(said).toContain(
      `${copy}/prod_rollback/per_tier_rollback.sql:${line} no-truncate TRUNCATE empties a table — delete`,
    );
    expect(said).toContain('"acceptedFindings" in release.json');
    expect(said).not.toMatch(/PostgreSQL|Run /);
  });
});
