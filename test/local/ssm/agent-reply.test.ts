import { agentReply } from '../../../local/ssm/agent-reply.ts';
import type { ShellEnd } from '../../../local/ssm/shell-process.ts';

function end(
  given: Partial<Record<'output' | 'error', string>> & { code?: number; signal?: NodeJS.Signals },
): ShellEnd {
  const { output = '', error = '', code = 0, signal } = given;
  return { code, signal, output: Buffer.from(output), error: Buffer.from(error) };
}

describe('of the output the agent keeps', () => {
  const mark = '--output truncated--';

  it.each([
    ['23,999 bytes whole', 'x'.repeat(23_999), 'x'.repeat(23_999)],
    ['of 24,000 bytes the first 23,980, and a mark', 'x'.repeat(24_000), 'x'.repeat(23_980) + mark],
    ['of more the same', `${'x'.repeat(24_001)}end`, 'x'.repeat(23_980) + mark],
    ['bytes, not characters', 'ä'.repeat(12_000), 'ä'.repeat(11_990) + mark],
    ['a broken character at the cut', `x${'ä'.repeat(12_000)}`, `x${'ä'.repeat(11_989)}\ufffd${mark}`],
  ])('%s', (_what, output, kept) => {
    expect(agentReply(end({ output }), false).output).toBe(kept);
  });

  it('as much of standard error, of which SSM shows 8,000 characters', () => {
    expect(agentReply(end({ error: 'ä'.repeat(11_000) }), false).error).toBe('ä'.repeat(8_000));
    expect(agentReply(end({ error: 'x'.repeat(7_000) }), false).error).toHaveLength(7_000);
  });
});

describe('to standard error the agent adds', () => {
  const failed = (what: string) => `error\nfailed to run commands: ${what}`;
  const skipped = (how: string) => `\nStep exited with code ${how}. Further document steps will be skipped.`;

  it.each<[string, Parameters<typeof end>[0], string, string]>([
    ['nothing to a success', {}, 'out', 'error\n'],
    ['how the script failed', { code: 3 }, 'out', failed('exit status 3')],
    ['which signal ended it', { code: -1, signal: 'SIGTERM' }, 'out', failed('signal: terminated')],
    ['nothing to a time-out', { code: 137 }, 'out', 'error\n'],
    ['nothing after 168', { code: 168 }, `out${skipped('168. Therefore, marking step as succeeded')}`, ''],
    [
      'two things after 169',
      { code: 169 },
      `out${skipped('169. Therefore, marking step as Failed')}`,
      `${failed('exit status 169')}${skipped('169. Therefore, marking step as Failed')}`,
    ],
  ])('%s', (_what, given, output, error) => {
    expect(agentReply(end({ output: 'out', error: 'error\n', ...given }), false)).toMatchObject({ output, error });
  });
});

it.each([
  [-1, true, 'Failed', 'Failed'],
  [1, true, 'Failed', 'Failed'],
  [137, true, 'Cancelled', 'Cancelled'],
  [137, false, 'TimedOut', 'ExecutionTimedOut'],
])('exit code %i, cancel asked %s: %s', (code, cancelled, status, details) => {
  expect(agentReply(end({ code }), cancelled)).toMatchObject({ code, status, details });
});
