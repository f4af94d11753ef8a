import { rollbackOutcome } from '../../cli/execution/ending-of-history.ts';
import { runOfRollback } from '../../cli/execution/run-of-rollback.ts';
import { ownEnding } from '../../core/ending/rollback-ending.ts';
import { localReferences, localRegion, resolveVariables } from '../../local/driver/template.ts';
import { type AllPorts, bindHandler } from '../../local/functions/handlers.ts';
import { envelope } from '../../local/functions/error-envelope.ts';
import { resolveDefinition } from '../../local/step-functions/resolve-template.ts';
import { startStepFunctions, type StepFunctionsService } from '../../local/step-functions/start-step-functions.ts';
import type { ExecutionSummary } from '../../core/base/ports.ts';
import { createTestPorts, type TestPorts } from '../core/ports.ts';
import { synthesized } from '../lib/synthesized.ts';

const arn = `arn:aws:states:${localRegion}:000000000000:stateMachine:OneRoof-Rollback`;
const { template, machines, functions } = synthesized();
const resolve = localReferences(template);
const waiting: ExecutionSummary = {
  arn: `arn:aws:states:${localRegion}:000000000000:execution:OneRoof-Release:waits`,
  name: 'waits',
  status: 'RUNNING',
  startedAt: new Date('2026-06-03T09:00:00.000Z'),
};

let ports: TestPorts;
let touched: string[];
let newest: ExecutionSummary | undefined;
let service: StepFunctionsService;

/** The functions of the stack, with ports that note whatever touches anything. */
function handlers() {
  const note = (what: string) => () => {
    touched.push(what);
    return Promise.reject(new Error(what));
  };
  const all: AllPorts = {
    ...ports,
    commands: { ...ports.commands, find: note('commands.find'), send: note('commands.send') },
    executions: {
      enteredStates: note('enteredStates'),
      stopCause: note('stopCause'),
      newest: () => Promise.resolve(newest),
    },
    standing: { standing: note('standing') },
  };
  return new Map(
    functions.map(({ name, handler, environment }) => {
      return [name, bindHandler(handler, resolveVariables(environment, resolve), all)] as const;
    }),
  );
}

beforeEach(async () => {
  ports = createTestPorts();
  touched = [];
  newest = undefined;
  const bound = handlers();
  service = await startStepFunctions({
    region: localRegion,
    invoke: async (name, payload) => {
      try {
        return { ok: true, result: (await bound.get(/function:(\w+)/.exec(name)?.[1] ?? '')?.(payload)) ?? null };
      } catch (error) {
        return { ok: false, ...envelope(error) };
      }
    },
    machines: [{ name: 'OneRoof-Rollback', arn, definition: resolveDefinition(template, machines.rollback, resolve) }],
  });
});
afterEach(() => service.stop());

async function rollback(input: string) {
  const { executionArn } = service.startExecution({ stateMachineArn: arn, input });
  const { status, output = '' } = await service.finished(executionArn);
  const entered = service.history(executionArn).flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
  return { status, output, entered, run: runOfRollback(service.history(executionArn)) };
}

const release = { Id: waiting.arn, Name: 'waits', StartTime: '2026-06-03T09:00:00.000Z' };
const run = '0123456789ab';

test.each<[input: string, says: RegExp]>([
  ['{"undoReleased":"zzz"}', /undoReleased: a run id is 12 hexadecimal digits/],
  ['{"release":null}', /release: /],
  ['[]', /expected object/],
  // Not in the list of what was found.
  ['null', /expected object/],
  ['"0123456789ab"', /expected object/],
  ['[{}]', /expected object/],
  [`{"undoRelease":"${run}"}`, /Unrecognized key: "undoRelease"/],
  [`{"relase":${JSON.stringify(release)}}`, /Unrecognized key: "relase"/],
  ['{"overrideChangedRows":["0123456789ab"]}', /overrideChangedRows: /],
  [`{"undoReleased":"${run}","overrideChangedRows":"ba9876543210"}`, /name several runs/],
  [JSON.stringify({ release: { ...release, Id: 'waits' } }), /release\.Id: not the ARN of an execution/],
  [JSON.stringify({ release: { ...release, StartTime: 'yesterday' } }), /release\.StartTime: /],
  [`{"undoReleased":"${run}"}`, /There is no release with run id 0123456789ab/],
])('%s is refused in one sentence: no alarm, no human, nothing touched', async (input, says) => {
  const { status, output, entered } = await rollback(input);
  expect([status, entered]).toEqual(['SUCCEEDED', ['Fence', 'Input refused']]);
  expect(output).toMatch(/RollbackRefused/);
  const { errorMessage } = JSON.parse((JSON.parse(output) as { Cause: string }).Cause) as { errorMessage: string };
  expect(errorMessage).toMatch(says);
  expect(errorMessage).toContain('Nothing was touched.');
  expect(errorMessage).not.toContain('\n');
  expect([touched, ports.sent, ports.messages, await ports.evidence.list(run)]).toEqual([[], [], [], []]);
});

test.each(['{}', '{"undoReleased":"0123456789ab"}', '{"overrideChangedRows":"0123456789ab"}'])(
  '%s while a release waits is refused in one sentence',
  async (input) => {
    newest = waiting;
    const { status, output, entered, run: about } = await rollback(input);
    expect([status, entered]).toEqual(['SUCCEEDED', ['Fence', 'Input refused']]);
    // Else it would be taken for the rollback of that release, once the release is stopped.
    expect([about, ownEnding(rollbackOutcome(output))]).toEqual([undefined, expect.objectContaining({ exitCode: 2 })]);
    expect(output).toContain('The release waits is still running. Nothing was touched. Stop it');
    expect([touched, ports.sent, ports.messages]).toEqual([[], [], []]);
  },
);

test('what goes wrong after the input was understood is still for a human', async () => {
  const { status, entered } = await rollback(JSON.stringify({ release }));
  expect([status, entered.at(-1)]).toEqual(['FAILED', 'Needs a human']);
  expect(touched).toContain('enteredStates');
});
