import type { ScriptSetting } from '../../../core/base/environment.ts';
import {
  CommandNotSent,
  CommandReadDenied,
  InputInvalid,
  OutcomeUnknown,
  ScriptFailed,
} from '../../../core/base/errors.ts';
import type { Invocation, SendRequest } from '../../../core/base/ports.ts';
import type { SenderPorts } from '../../../core/base/step-ports.ts';
import { runScript, type ScriptCall } from '../../../core/command/run-script.ts';

const runId = '0a1b2c3d4e5f';
const settings = { nodeId: 'mi-0123456789abcdef0', startBySeconds: 45 };
const script: ScriptSetting = {
  id: 'tier-3',
  document: 'One-Roof-tier-3',
  sha256: 'a'.repeat(64),
  seconds: 30,
  proof: '^new=(?<new>[0-9]+)$',
  parameters: ['ratifiedApr'],
};
const enteredAt = new Date('2026-06-03T10:15:00.000Z');
const call: ScriptCall = { runId, enteredAt, documentVersion: '3', documentHash: 'b'.repeat(64), parameters: {} };

const outputOf = (exit: number, outcome: string, middle = '', end = `run=${runId} script=tier-3`) =>
  `one-roof begin ${end} exit=${exit}\n${middle}\n\none-roof end ${end} exit=${exit} outcome=${outcome}\n`;
const proven = outputOf(0, 'proven', 'one-roof proof new=30');
const success: Invocation = { status: 'Success', statusDetails: 'Success', responseCode: 0, output: proven };
const running: Invocation = { status: 'InProgress', statusDetails: 'InProgress', responseCode: -1, output: '' };
const failed = (output: string): Invocation => ({ status: 'Failed', statusDetails: 'Failed', responseCode: 3, output });

type Answer<T> = T | Error | ((now: number) => T | Error | undefined);

/** Ports over a clock that moves only by sleeping; the last answer is given for ever. */
function fake(sends: Answer<string>[], reads: Answer<Invocation | undefined>[]) {
  let now = enteredAt.getTime();
  const sent: SendRequest[] = [];
  const readAt: number[] = [];
  const next = <T>(answers: Answer<T>[]): T | undefined => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    const value =
      typeof answer === 'function' ? (answer as (now: number) => T | Error)(now - enteredAt.getTime()) : answer;
    if (value instanceof Error) throw value;
    return value;
  };
  const ports = {
    clock: { now: () => new Date(now), sleep: (ms: number) => ((now += ms), Promise.resolve()) },
    log: { info: () => undefined, warn: () => undefined },
    commands: {
      send: async (request: SendRequest) => (sent.push(request), Promise.resolve(next(sends))),
      read: async () => (readAt.push(now - enteredAt.getTime()), Promise.resolve(next(reads))),
    },
  } as unknown as SenderPorts;
  return { ports, sent, readAt, elapsed: () => now - enteredAt.getTime(), advance: (ms: number) => (now += ms) };
}

const throttled = () => new CommandNotSent('Rate exceeded', { throttled: true });

describe('sending', () => {
  it('says who, what, by when, and which exact document', async () => {
    const { ports, sent } = fake(['id'], [success]);
    await runScript(ports, settings, script, { ...call, parameters: { ratifiedApr: 'APR-1' } });
    expect(sent).toEqual([
      {
        document: 'One-Roof-tier-3',
        documentVersion: '3',
        documentHash: 'b'.repeat(64),
        nodeId: settings.nodeId,
        comment: `one-roof/${runId}/tier-3`,
        deliverySeconds: 45,
        parameters: {
          ratifiedApr: 'APR-1',
          runId,
          sha256: 'a'.repeat(64),
          startBy: '2026-06-03T10:15:45.000Z',
        },
      },
    ]);
  });

  it('counts the start-by from when the state was entered, not from when the function woke up', async () => {
    const { ports, sent, advance } = fake(['id'], [success]);
    advance(40_000);
    await runScript(ports, settings, script, call);
    expect(sent[0]?.parameters.startBy).toBe('2026-06-03T10:15:45.000Z');
  });

  it('does not send once the start-by has passed', async () => {
    const { ports, sent, advance } = fake(['id'], [success]);
    advance(45_000);
    await expect(runScript(ports, settings, script, call)).rejects.toThrow(CommandNotSent);
    expect(sent).toEqual([]);
  });

  it('sends again after throttling, and only then', async () => {
    const { ports, sent } = fake([throttled(), throttled(), 'id'], [success]);
    await runScript(ports, settings, script, call);
    expect(sent).toHaveLength(3);
  });

  it('gives up throttled sends at the start-by', async () => {
    const { ports, elapsed } = fake([throttled()], [success]);
    await expect(runScript(ports, settings, script, call)).rejects.toThrow(CommandNotSent);
    expect(elapsed()).toBeGreaterThanOrEqual(45_000);
    expect(elapsed()).toBeLessThan(51_000);
  });

  it.each([new CommandNotSent('AccessDenied'), new OutcomeUnknown('500')])(
    'never repeats a send after %s',
    async (error) => {
      const { ports, sent } = fake([error], [success]);
      await expect(runScript(ports, settings, script, call)).rejects.toBe(error);
      expect(sent).toHaveLength(1);
    },
  );

  it('sends nothing for a parameter the script does not declare', async () => {
    const { ports, sent } = fake(['id'], [success]);
    const undeclared = { ...call, parameters: { undoReleased: runId } };
    await expect(runScript(ports, settings, script, undeclared)).rejects.toThrow(InputInvalid);
    expect(sent).toEqual([]);
  });
});

describe('waiting', () => {
  it('sees the end within 350 ms, whenever it comes', async () => {
    for (let end = 0; end < 20_000; end += 137) {
      const { ports, elapsed } = fake(['id'], [(now) => (now >= end ? success : running)]);
      await runScript(ports, settings, script, call);
      expect(elapsed() - end).toBeLessThanOrEqual(350);
    }
  });

  it('bears with a command that SSM does not know yet, and with reads that fail', async () => {
    const { ports } = fake(['id'], [undefined, new Error('ECONNRESET'), undefined, new Error('500'), running, success]);
    expect((await runScript(ports, settings, script, call)).facts).toEqual({ new: '30' });
  });

  it('bears with a denied read for a moment, not for ever', async () => {
    const denied = new CommandReadDenied('no');
    const short = fake(['id'], [denied, denied, denied, success]);
    await expect(runScript(short.ports, settings, script, call)).resolves.toBeDefined();
    const long = fake(['id'], [denied]);
    await expect(runScript(long.ports, settings, script, call)).rejects.toThrow(OutcomeUnknown);
    expect(long.elapsed()).toBeLessThan(6_000);
  });

  it.each([
    ['is never shown', undefined],
    ['never ends', running],
    ['cannot be read', new Error('500')],
  ])('ends as unknown, within its time, when the command %s', async (_name, answer) => {
    const { ports, elapsed } = fake(['id'], [answer]);
    await expect(runScript(ports, settings, script, call)).rejects.toThrow(OutcomeUnknown);
    expect(elapsed()).toBeGreaterThan(100_000);
    expect(elapsed()).toBeLessThanOrEqual((30 + 20 + 5 + 15 + 45 + 10) * 1000 + 300);
  });

  it('gives the output of a finished command two seconds to appear', async () => {
    const empty = { ...success, output: '' };
    const late = fake(['id'], [empty, empty, success]);
    await expect(runScript(late.ports, settings, script, call)).resolves.toBeDefined();
    const never = fake(['id'], [empty]);
    await expect(runScript(never.ports, settings, script, call)).rejects.toThrow(OutcomeUnknown);
    expect(never.elapsed()).toBeLessThan(2_500);
  });
});

describe('success needs proof', () => {
  const notProven: [string, Invocation][] = [
    ['there is no output', { ...success, output: '' }],
    ['the last line is cut', { ...success, output: proven.slice(0, 100) }],
    ['the proof line is missing', { ...success, output: outputOf(0, 'proven') }],
    ['the proof line does not match the plan', { ...success, output: outputOf(0, 'proven', 'one-roof proof new=x') }],
    ['only psql printed the proof', { ...success, output: outputOf(0, 'proven', '| one-roof proof new=30') }],
    ['the last line is of another run', { ...success, output: proven.replaceAll(runId, 'ffffffffffff') }],
    ['the last line is of another script', { ...success, output: proven.replaceAll('tier-3', 'tier-4') }],
    ['SSM says Success and the wrapper failed', { ...success, output: outputOf(3, 'script-error') }],
    ['psql was stopped', failed(outputOf(124, 'timed-out'))],
    ['the connection was lost', failed(outputOf(2, 'connection-lost'))],
    ['the proof was not printed once', failed(outputOf(66, 'unproven'))],
    ['SSM says TimedOut', { status: 'TimedOut', statusDetails: 'ExecutionTimedOut', responseCode: 137, output: '' }],
    [
      'SSM says DeliveryTimedOut',
      { status: 'TimedOut', statusDetails: 'DeliveryTimedOut', responseCode: -1, output: '' },
    ],
  ];

  it.each(notProven)('%s: unknown', async (_name, invocation) => {
    const { ports } = fake(['id'], [invocation]);
    await expect(runScript(ports, settings, script, call)).rejects.toThrow(OutcomeUnknown);
  });

  it('returns facts, seconds and the command id', async () => {
    const { ports } = fake(['id'], [running, running, success]);
    const result = await runScript(ports, settings, script, call);
    expect(result).toEqual({ facts: { new: '30' }, seconds: 0.225, commandId: 'id' });
  });
});

describe('a failure says why, without rows and SQL', () => {
  const message = async (output: string) => {
    const { ports } = fake(['id'], [failed(output)]);
    return runScript(ports, settings, script, call).then(
      () => 'succeeded',
      (error: unknown) => (error instanceof ScriptFailed ? error.message : String(error)),
    );
  };

  it.each([
    ['| psql:tier_3.sql:9: ERROR:  P0001: REFUSING: gap=216, expected 210', 'tier-3: REFUSING: gap=216, expected 210'],
    [
      '| psql:tier_3.sql:9: ERROR:  23505: duplicate key (secret)\n| DETAIL:  secret',
      'tier-3: SQLSTATE 23505 in tier_3.sql:9',
    ],
    ['| a row: secret', 'tier-3: script-error'],
  ])('%j', async (printed, expected) => {
    expect(await message(outputOf(3, 'script-error', printed))).toBe(expected);
  });

  it.each([
    ['| psql:tier_3.sql:9: ERROR:  55P03: canceling statement due to lock timeout', 'ScriptBlocked'],
    ['| psql:runner/take_locks.sql:9: FEHLER:  55P03: REFUSING: no lock on axis_registry', 'ScriptBlocked'],
    // the last error is the one that ended the script
    ['| psql:a.sql:1: ERROR:  55P03: no lock\n| psql:a.sql:2: ERROR:  23505: duplicate key', 'ScriptFailed'],
    ['| psql:a.sql:1: ERROR:  57014: canceling statement due to statement timeout', 'ScriptFailed'],
  ])('tells a script that got no lock from any other that failed: %j', async (printed, name) => {
    const { ports } = fake(['id'], [failed(outputOf(3, 'script-error', printed))]);
    await expect(runScript(ports, settings, script, call)).rejects.toThrow(expect.objectContaining({ name }) as Error);
  });

  it('names the reason why nothing was run', async () => {
    expect(await message(outputOf(65, 'payload-refused', 'one-roof note the payload is not what was approved'))).toBe(
      'tier-3: payload-refused: the payload is not what was approved',
    );
  });
});
