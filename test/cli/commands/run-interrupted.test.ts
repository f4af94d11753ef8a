import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { example, folder, oneRoof, processesOfOurs } from './own-process.ts';

describe('one-roof run --local, interrupted', () => {
  it('rolls back at Ctrl-C: exit 13, the database as before, nothing left running', async () => {
    let stopped = false;
    const dumps = join(folder, 'stopped');
    const { exitCode } = await oneRoof(['run', '--local', ...example, '--dump-dir', dumps], (text, pid) => {
      if (stopped || !text.includes('✓ Tier 2')) return;
      stopped = true;
      process.kill(pid, 'SIGINT');
    });
    expect(exitCode).toBe(13);
    expect(readFileSync(join(dumps, 'after.sql'), 'utf8')).toBe(readFileSync(join(dumps, 'before.sql'), 'utf8'));
    expect(processesOfOurs()).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'is not cut short by %s after its result: exit 0',
    async (signal) => {
      let sent = false;
      const dumps = join(folder, signal);
      const { exitCode, stderr } = await oneRoof(['run', '--local', ...example, '--dump-dir', dumps], (text, pid) => {
        if (sent || !text.includes('Report: ')) return;
        sent = true;
        process.kill(pid, signal);
      });
      expect(exitCode).toBe(0);
      expect(stderr).toContain('The release has ended');
      expect(readFileSync(join(dumps, 'after.sql'), 'utf8')).toContain('PostgreSQL database dump complete');
      expect(processesOfOurs()).toEqual([]);
    },
  );
});
