import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const command = join(__dirname, '../../../bin/one-roof.mjs');
const folder = mkdtempSync(join(tmpdir(), 'one-roof-closed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command, and closes both pipes as soon as stderr holds `text`. */
function cutOff(parameters: string[], text: string, then: (child: ChildProcess) => void = () => undefined) {
  return new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_STATE_HOME: join(folder, 'state') },
    });
    let seen = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      seen += more;
      if (!seen.includes(text)) return;
      child.stdout.destroy();
      child.stderr.destroy();
      then(child);
    });
    child.on('error', reject);
    child.on('exit', resolve);
  });
}

const release = (dumps: string) => [
  'run',
  '--local',
  '--apr',
  'APR-BOOT-AUTHMODEL-1',
  '--dump-dir',
  join(folder, dumps),
];
const dump = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('output that nobody reads any more', () => {
  it('does not end a release in the middle of its tiers', async () => {
    expect(await cutOff(release('piped'), '✓ Tier 1')).toBe(0);
    expect(dump('piped/after.sql')).toContain('CREATE TABLE public.axis_registry');
  });

  it('does not keep a closed terminal from rolling back: exit 13, the database as before', async () => {
    expect(await cutOff(release('hung-up'), '✓ Tier 2', (child) => child.kill('SIGHUP'))).toBe(13);
    expect(dump('hung-up/after.sql')).toBe(dump('hung-up/before.sql'));
  });

  it('lets a command that only reads end quietly', async () => {
    const child = spawn(process.execPath, [command, 'plan', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(stderr).toBe('');
  });
});
