import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { example, folder, oneRoof, processesOfOurs } from './own-process.ts';

describe('one-roof run --local', () => {
  it('shows each state, the end state table, both success lines and the report, and leaves nothing behind', async () => {
    const { exitCode, stdout, stderr } = await oneRoof(['run', '--local', ...example]);
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    for (const state of ['Check gate', 'Tier 0 Preflight', 'Tier 6 Scanner baseline', 'Tier 8 Verify', 'Post checks']) {
      expect(stderr).toContain(`✓ ${state}`);
    }
    expect(stdout).toMatch(/resp_ownership_gap\s+│ 0/);
    expect(stdout).toContain('TIER 8 VERIFY PASS');
    expect(stdout).toContain('ROLLOUT COMPLETE — ALL TIERS PASSED');
    expect(stdout).toMatch(/Report: .*report/);
    expect(processesOfOurs()).toEqual([]);
  });

  it('refuses without a signature: exit 10, and the sentence of the runbook', async () => {
    const file = join(folder, 'unsigned.sql');
    writeFileSync(file, 'delete from os_proposal_approvals;\n');
    const dumps = join(folder, 'dumps');
    const { exitCode, stdout } = await oneRoof(['run', '--local', ...example, '--prepare', file, '--dump-dir', dumps]);
    expect(exitCode).toBe(10);
    expect(stdout).toContain('Gate still closed (ospa<1;). No action taken.');
    expect(readFileSync(join(dumps, 'after.sql'), 'utf8')).toBe(readFileSync(join(dumps, 'before.sql'), 'utf8'));
  });

  it('does not start inside a freeze: exit 10, with its end and its name, and nothing is changed', async () => {
    const calendar = join(folder, 'freeze.ics');
    const event = ['UID:1', 'SUMMARY:Year end', 'DTSTART:20200101T000000Z', 'DTEND:20990101T000000Z'];
    const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', ...event, 'END:VEVENT', 'END:VCALENDAR', ''];
    writeFileSync(calendar, lines.join('\r\n'));
    const dumps = join(folder, 'frozen');
    const options = ['--calendar', calendar, '--dump-dir', dumps];
    const { exitCode, stdout } = await oneRoof(['run', '--local', ...example, ...options]);
    expect(exitCode).toBe(10);
    expect(stdout).toContain('Gate still closed (frozen;). No action taken.');
    expect(stdout).toContain('Changes are frozen until 2099-01-01T00:00:00Z because of "Year end"');
    expect(readFileSync(join(dumps, 'after.sql'), 'utf8')).toBe(readFileSync(join(dumps, 'before.sql'), 'utf8'));
  });

  it('never loses the result of a release over a dump that cannot be written', async () => {
    const dumps = join(folder, 'no-after');
    mkdirSync(join(dumps, 'after.sql'), { recursive: true });
    const { exitCode, stdout, stderr } = await oneRoof(['run', '--local', ...example, '--dump-dir', dumps]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('--dump-dir')]);
    expect(stdout).toContain('ROLLOUT COMPLETE');
  });

  it('starts no release when the first dump cannot be written: exit 2', async () => {
    const dumps = join(folder, 'no-before');
    mkdirSync(join(dumps, 'before.sql'), { recursive: true });
    const { exitCode, stderr } = await oneRoof(['run', '--local', ...example, '--dump-dir', dumps]);
    expect([exitCode, stderr]).toEqual([2, expect.any(String)]);
    expect(stderr).toContain('--dump-dir');
    expect(stderr).not.toContain('Run ');
  });

  it('prints one JSON document with --json, and no progress', async () => {
    const { exitCode, stdout, stderr } = await oneRoof(['run', '--local', '--json', '--apr', 'APR-NOBODY-1']);
    expect([exitCode, stderr]).toEqual([11, expect.any(String)]);
    expect(JSON.parse(stdout)).toMatchObject({ ending: { exitCode: 11 } });
    expect(stderr).toBe('');
  });

  it('sends nothing when one byte of the package differs: exit 15, naming the file', async () => {
    const copy = join(folder, 'package');
    cpSync(join(__dirname, '../../../sql'), copy, { recursive: true });
    const tier = join(copy, 'prod/40_containment.sql');
    writeFileSync(tier, readFileSync(tier, 'utf8').replace('Tier 4', 'Tier 4 '));
    const { exitCode, stderr } = await oneRoof(['run', '--local', ...example, '--package', copy]);
    expect([exitCode, stderr]).toEqual([15, expect.any(String)]);
    expect(stderr).toContain(`${tier} is sha256:`);
    expect(stderr).not.toContain('Run ');
  });
});

describe('one-roof gate', () => {
  it('that cannot be read is an error, and neither READY nor rolled back: exit 1', async () => {
    const file = join(folder, 'unreadable.sql');
    // a server that lacks a function of PostgreSQL's own, as an older one would
    writeFileSync(file, 'alter function pg_catalog.pg_is_in_recovery() rename to pg_was_in_recovery;\n');
    const { exitCode, stdout, stderr } = await oneRoof(['gate', '--local', '--prepare', file]);
    expect([exitCode, stderr]).toEqual([1, expect.any(String)]);
    expect(stdout).toBe('');
    expect(stderr).toContain('The gate could not be read.');
  });

  it('leaves nothing behind, and says one line, when nobody answers at the URL: exit 1', async () => {
    const { exitCode, stderr } = await oneRoof(['gate', '--url', 'postgresql:///directus?host=/nonexistent']);
    expect([exitCode, stderr]).toEqual([1, expect.any(String)]);
    expect(stderr).toMatch(/^The server does not answer/);
    expect(stderr).not.toContain('ONE_ROOF_DEBUG');
  });
});
