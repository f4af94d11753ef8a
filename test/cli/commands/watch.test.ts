import { spawn } from 'node:child_process';
import { join } from 'node:path';
import pc from 'picocolors';
import { openRequest } from '../../../core/approval/approval-request.ts';
import { viewExecution } from '../../../core/approval/execution-view.ts';
import { createLiveScreen } from '../../../cli/screen/live-screen.ts';
import { drawFrame, tiersAhead } from '../../../cli/screen/watch-screen.ts';
import { withoutTokens } from '../../../cli/commands/history.ts';
import { startStepFunctions, type StepFunctionsService } from '../../../local/step-functions/start-step-functions.ts';
import { until } from '../../until.ts';

const region = 'eu-central-1';
const lambda = (name: string) => `arn:aws:lambda:${region}:000000000000:function:${name}`;
const input = { 'input.$': '$' };
const task = (name: string, next: string) => ({
  Type: 'Task',
  Resource: lambda(name),
  Parameters: input,
  Next: next,
});
/** A release in small: the same kinds of states as the synthesized one, without a database. */
const definition = (tier2: string) => ({
  StartAt: 'Check gate',
  States: {
    'Check gate': task('Gate', 'Await approval'),
    'Await approval': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: lambda('Ask'), Payload: { ...input, 'token.$': '$$.Task.Token' } },
      TimeoutSeconds: 600,
      ResultPath: '$.answer',
      Next: 'Tier 1 Structure',
    },
    'Tier 1 Structure': task('Slow', 'Tier 10 Last'),
    'Tier 10 Last': {
      ...task(tier2, 'Release complete'),
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Rolled back' }],
    },
    'Release complete': { Type: 'Succeed' },
    'Rolled back': { Type: 'Fail', Error: 'RolledBack', Cause: 'as before' },
  },
});
const checked = {
  runId: '0123456789ab',
  packageDigest: 'sha256:x',
  ready: true,
  gate: {
    status: 'READY',
    blockers: '',
    explanations: [],
    notes: [],
    conditions: [],
    readAt: '2026-08-01T00:00:00Z',
  },
  documents: {},
  answersLeft: 3,
  startBySeconds: 45,
};
const slow = {
  ...checked,
  tiers: [{ id: '1', name: 'S', facts: { tables: '11' }, beside: {}, seconds: 1 }],
  sealed: true,
  postChecks: { problems: [], facts: {} },
};
let service: StepFunctionsService;

beforeAll(async () => {
  service = await startStepFunctions({
    invoke: async (name) => {
      const after = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
      if (name.endsWith('Slow')) await after(1200);
      if (name.endsWith('Breaks')) {
        const errorMessage = `it broke\u001b[2J\nand ${'went on '.repeat(40)}`;
        return { ok: false, error: 'ScriptFailed', cause: JSON.stringify({ errorMessage, errorType: 'ScriptFailed' }) };
      }
      return { ok: true, result: name.endsWith('Gate') ? checked : slow };
    },
    machines: [
      { name: 'OneRoof-Release', definition: definition('Slow') },
      { name: 'OneRoof-Breaking', definition: definition('Breaks') },
      { name: 'OneRoof-Rollback', definition: { StartAt: 'S', States: { S: { Type: 'Succeed' } } } },
    ],
  });
  process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = service.key;
});
afterAll(() => service.stop());

async function waiting(machine: string): Promise<{ arn: string; token: string }> {
  const { executionArn: arn } = service.startExecution({ stateMachineArn: service.machineArn(machine) });
  const { token } = await until(() => openRequest(service.history(arn)));
  return { arn, token };
}

async function broken(): Promise<string> {
  const { arn, token } = await waiting('OneRoof-Breaking');
  service.sendTaskSuccess(token, '{}');
  await service.finished(arn);
  return arn;
}

/** A terminal of 80 columns, as far as the frames use one. Notes every moment at which a drawn line was blank. */
class Screen {
  readonly lines: string[] = [];
  row = 0;
  column = 0;
  widest = 0;
  blanked = 0;
  cursorHidden = false;

  feed(text: string): void {
    for (const [part] of text.matchAll(/\u001b\[\??([0-9;]*)([A-Za-z])|[\s\S]/gu)) this.take(part);
  }

  private take(part: string): void {
    const line = this.lines[this.row] ?? '';
    if (part === '\r') this.column = 0;
    else if (part === '\n') this.row += 1;
    else if (part === '\b') this.column -= 1;
    else if (part.endsWith('A') && part.length > 1) this.row -= Number(part.slice(2, -1));
    else if (part === '\u001b[K') {
      if (this.column === 0 && line !== '') this.blanked += 1;
      this.lines[this.row] = line.slice(0, this.column);
    } else if (part === '\u001b[J') {
      if (this.row < this.lines.length - 1) this.blanked += this.column === 0 ? 0 : 1;
      this.lines.length = this.row;
    } else if (part === '\u001b[?25l') this.cursorHidden = true;
    else if (part === '\u001b[?25h') this.cursorHidden = false;
    else if (/J$/.test(part) && part.length > 1) this.blanked += 1;
    else if (!part.startsWith('\u001b')) {
      this.lines[this.row] = line.slice(0, this.column).padEnd(this.column) + part + line.slice(this.column + 1);
      this.column += 1;
      this.widest = Math.max(this.widest, this.column);
    }
  }
}

/** Runs `one-roof watch` on a pseudo-terminal of 80 x 24; `onText` sees all that was written so far, each time. */
function watchOnTerminal(
  arn: string,
  environment: Record<string, string>,
  onText: (text: string) => void,
): Promise<{ text: string; code: number | null }> {
  const bin = join(__dirname, '../../../bin/one-roof.mjs');
  const command = `stty cols 80 rows 24; exec '${process.execPath}' '${bin}' watch ${arn} --endpoint-url ${service.endpoint}`;
  const { NO_COLOR: _none, FORCE_COLOR: _no, ...inherited } = process.env;
  const env = { ...inherited, TERM: 'xterm', ...environment };
  const child = spawn('script', ['-qefc', command, '/dev/null'], { env });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => onText((text += more)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ text, code })));
}

describe('on a terminal of 80 columns', () => {
  test.each([
    ['with colours', {}],
    ['with NO_COLOR', { NO_COLOR: '1' }],
  ])('watch draws in place without flicker, %s', async (_what, environment) => {
    const { arn, token } = await waiting('OneRoof-Release');
    let answered = false;
    const { text, code } = await watchOnTerminal(arn, environment, (seen) => {
      if (answered || !seen.includes('waits: ')) return;
      answered = true;
      service.sendTaskSuccess(token, '{}');
    });
    expect(code).toBe(0);
    const screen = new Screen();
    screen.feed(text);
    const shown = screen.lines.join('\n');
    expect(shown).toMatch(/^Run [0-9a-f]{12} {2}succeeded {2}/);
    expect(shown.match(/Tier 1 Structure/g)).toHaveLength(1);
    expect(shown).toMatch(/^ {2}✓ Tier 1 Structure {12}tables=11 +\d\.\d\d s$/m);
    expect(shown).toContain('ROLLOUT COMPLETE');
    expect(screen).toMatchObject({ blanked: 0, cursorHidden: false });
    expect(screen.widest).toBeLessThan(80);
    expect(text).toMatch(/waits: \d+ min \d\d s left, 3 tries/);
    expect(text).toContain('· Tier 10 Last');
    expect(/\u001b\[[0-9;]*m/.test(text)).toBe(!('NO_COLOR' in environment));
  });

  test('a frame fits any width and height, and a cause cannot command the terminal', async () => {
    const view = viewExecution('arn:x:OneRoof-Release:one', service.history(await broken()));
    const plain = pc.createColors(false);
    for (const columns of [20, 40, 79, 80, 200]) {
      const lines = drawFrame({ view, ahead: ['Tier 11 Next'], now: new Date(), columns, rows: 6, colour: plain });
      expect(lines.length).toBeLessThan(6);
      for (const line of lines) {
        expect(line.length).toBeLessThan(columns);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }
    }
    const wide = drawFrame({ view, ahead: [], now: new Date(), columns: 80, rows: 24, colour: plain }).join('\n');
    expect(wide).toMatch(/✗ Tier 10 Last +ScriptFailed: it broke/);
  });
});

test('a screen writes once a frame, from the first line that changed, and nothing when none did', () => {
  const written: string[] = [];
  const screen = createLiveScreen({ columns: 80, rows: 24, write: (text) => written.push(text) });
  screen.draw(['a', 'b', 'c']);
  screen.draw(['a', 'b', 'c']);
  screen.draw(['a', 'B', 'c']);
  screen.draw(['a']);
  screen.end();
  expect(written).toEqual([
    '\u001b[?25l\ra\u001b[K\n\rb\u001b[K\n\rc\u001b[K\n',
    '\u001b[2A\rB\u001b[K\n\rc\u001b[K\n',
    '\u001b[2A\u001b[J',
    '\u001b[?25h',
  ]);
});

test('a resized terminal is drawn anew, because its old lines may have wrapped', () => {
  const written: string[] = [];
  const output = { columns: 80, rows: 24, write: (text: string) => written.push(text) };
  const screen = createLiveScreen(output);
  screen.draw(['a']);
  output.columns = 40;
  screen.draw(['a']);
  expect(written.slice(1)).toEqual(['\u001b[H\u001b[J', '\ra\u001b[K\n']);
});

test('tiers ahead are listed in the order of their numbers, and none after a failure', async () => {
  const names = ['Tier 10 Last', 'Check gate', 'Tier 2 B', 'Tier 1 Structure'];
  const failed = viewExecution('arn:x:OneRoof-Release:one', service.history(await broken()));
  expect(tiersAhead(names, { ...failed, rows: [] })).toEqual(['Tier 1 Structure', 'Tier 2 B', 'Tier 10 Last']);
  expect(tiersAhead(names, failed)).toEqual([]);
});

test('a request is open from TaskSubmitted until it is answered, and its token never reaches the history command', async () => {
  const { arn, token } = await waiting('OneRoof-Release');
  const events = service.history(arn);
  const submitted = events.findIndex(({ type }) => type === 'TaskSubmitted');
  expect(openRequest(events.slice(0, submitted))).toBeUndefined();
  expect(openRequest(events)).toMatchObject({ token, shown: { answersLeft: 3 } });
  const shown = withoutTokens(JSON.stringify({ events: [...events] }));
  expect(shown).not.toContain(token);
  expect(shown).toContain('(hidden)');
  service.sendTaskSuccess(token, '{}');
  await service.finished(arn);
  expect(openRequest(service.history(arn))).toBeUndefined();
});
