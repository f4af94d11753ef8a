import { example, oneRoof } from './own-process.ts';

describe('a mistake at the command line', () => {
  it.each([
    ['no place', ['run', ...example], /--local .*--url/],
    ['no APR and no terminal', ['run', '--local'], /pass --apr CODE/],
    ['an unknown option', ['run', '--loca'], /unknown option/],
    ['an unreadable file', ['run', '--local', ...example, '--prepare', '/nowhere.sql'], /cannot be read/],
    [
      'a file as report folder',
      ['run', '--local', ...example, '--report-dir', '/etc/passwd'],
      /^--report-dir .*ENOTDIR/,
    ],
    [
      'an impossible report folder',
      ['run', '--local', ...example, '--report-dir', '/proc/nope/x'],
      /^--report-dir .*ENOENT/,
    ],
    [
      'a read-only report folder',
      ['rehearse', '--local', '--report-dir', '/sys'],
      /^--report-dir \/sys: no files can be made/,
    ],
    ['an impossible dump folder', ['run', '--local', ...example, '--dump-dir', '/proc/nope/x'], /--dump-dir .*ENOENT/],
    [
      'an impossible place for a runtime',
      ['local', '--runtime', '/proc/nope/x/y.json'],
      /announces itself in .*ENOENT/,
    ],
    ['a container without its URL', ['run', '--local', ...example, '--container', 'postgres'], /give both/],
    ['both places', ['run', '--local', '--url', 'postgresql://x/y', ...example], /cannot be used with/],
    ['too few collections', ['fixture', '--collections', '10'], /needs between 35 and 99999/],
    ['half a number', ['fixture', '--collections', 'many'], /whole number/],
  ])('(%s) exits 2 with one clear message and no stack trace', async (_what, parameters, message) => {
    const { exitCode, stderr } = await oneRoof(parameters);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('(a HOME that cannot be written) exits 2, names the flag, and has started nothing', async () => {
    const { exitCode, stderr } = await oneRoof(['run', '--local', ...example], undefined, {
      XDG_STATE_HOME: '/proc/nope',
    });
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/^Choose .* --report-dir.*\/proc\/nope\/one-roof\/runs.*\n$/),
    ]);
  });

  it('(no Region) says so, and what to do: exit 1', async () => {
    const none = { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, AWS_CONFIG_FILE: '/nowhere' };
    for (const region of [none, { ...none, AWS_REGION: '' }]) {
      const { exitCode, stderr } = await oneRoof(['status'], undefined, region);
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^No AWS Region is set: pass --region .*\n$/)]);
    }
  });
});
