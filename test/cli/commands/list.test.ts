import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runIdOf } from '../../../core/base/run-id.ts';
import { startStepFunctions, type StepFunctionsService } from '../../../local/step-functions/start-step-functions.ts';
import { playRollbackReport, playRun, playStopped, runId } from '../../core/report/runs.ts';
import { oneRoof, type Said, useKeyOf } from '../stage.ts';

let folder: string;
let service: StepFunctionsService;

/** A machine whose executions stand in one state until they are stopped. */
const stands = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Wait', Seconds: 600, End: true } } });
const packageMachines = (prefix: string) => [
  { name: `${prefix}-Release`, definition: stands('Await approval') },
  { name: `${prefix}-Rollback`, definition: stands('Fence') },
  { name: `${prefix}-Rehearsal`, definition: stands('Clone') },
];

interface Row {
  readonly runId: string;
  readonly machine: string;
  readonly state: string;
  readonly headline: string;
}
const rows = ({ stdout }: Said): Row[] => JSON.parse(stdout) as Row[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-list-'));
  service = await startStepFunctions({
    listedAfterMs: 0,
    invoke: () => Promise.resolve({ ok: true, result: {} }),
    // The last one is somebody else's: it has no rollback.
    machines: [
      ...packageMachines('OneRoof'),
      ...packageMachines('Orders'),
      { name: 'Web-Release', definition: stands('x') },
    ],
  });
  useKeyOf(service);
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(join(folder, name));
  for (const [file, text] of files) writeFileSync(join(folder, name, file), text);
}

describe('one-roof list', () => {
  it('shows the releases of all packages in the account, newest first, and nobody else’s', async () => {
    const start = (machine: string, requestedBy: string) => {
      const input = JSON.stringify({ requestedBy });
      return runIdOf(service.startExecution({ stateMachineArn: service.machineArn(machine), input }).executionArn);
    };
    const all = ['--endpoint-url', service.endpoint];
    expect(await oneRoof('list', ...all)).toMatchObject({ exitCode: 0, stdout: '' });
    const [first, , second] = [
      start('OneRoof-Release', 'ann'),
      start('Web-Release', 'x'),
      start('Orders-Release', 'bob'),
    ];
    const { executionArn } = service.startExecution({ stateMachineArn: service.machineArn('Orders-Release') });
    service.stopExecution(executionArn);
    const listed = rows(await oneRoof('list', '--json', ...all));
    expect(listed.map(({ runId: id, machine, state }) => [id, machine, state])).toEqual([
      [runIdOf(executionArn), 'Orders-Release', 'stopped'],
      [second, 'Orders-Release', 'waiting'],
      [first, 'OneRoof-Release', 'waiting'],
    ]);
    expect(listed[1]?.headline).toBe('At Await approval, started by bob (declared).');
    expect(listed[0]?.headline).toContain('no rollback of it is to be seen');
    expect(rows(await oneRoof('list', '--json', '--most', '1', ...all))).toHaveLength(1);
    expect((await oneRoof('list', ...all)).stdout).toContain('Orders-Release');
  });

  it('shows what left evidence on this machine, an undo as the newest ending, and what has no ending', async () => {
    const here = ['--local', '--report-dir', folder];
    expect((await oneRoof('list', ...here)).stderr).toContain(`no run yet in ${folder}`);
    const { files, ports } = await playRun('released');
    write(runId, files);
    const state = async () => rows(await oneRoof('list', '--json', ...here));
    expect(await state()).toMatchObject([{ runId, machine: 'Warehouse-Release', state: 'released' }]);
    await playRollbackReport(ports, { runId, outcome: 'rolled_back' });
    rmSync(join(folder, runId), { recursive: true });
    write(runId, files);
    expect((await state())[0]?.state).not.toBe('released');
    const stopped = [...(await playStopped()).files].filter(([name]) => /^000[1-3]/.test(name));
    write('0123456789ab', new Map(stopped.map(([name, text]) => [name, text.replaceAll(runId, '0123456789ab')])));
    expect((await state()).map((row) => row.state)).toContain('open');
  });

  it('takes nothing else in that folder for a run', async () => {
    write('notes', new Map([['0001.json', '{}']]));
    write('ffffffffffff', new Map([['0001.json', '{"runId":"ffffffffffff"}']]));
    write('bbbbbbbbbbbb', (await playRun('released')).files);
    symlinkSync(join(folder, runId), join(folder, 'aaaaaaaaaaaa'));
    const before = rows(await oneRoof('list', '--json', '--report-dir', folder));
    expect(before.map((row) => row.runId)).not.toContain('ffffffffffff');
    expect(before.filter((row) => row.runId === runId)).toHaveLength(1);
  });

  it('says so when that is no folder, where it would look like no run at all', async () => {
    const file = join(folder, 'notes', '0001.json');
    const said = await oneRoof('list', '--report-dir', file);
    expect(said).toMatchObject({ exitCode: 2, stdout: '' });
    expect(said.stderr).toContain(`The runs in ${file} cannot be read`);
    expect((await oneRoof('list', '--report-dir', join(folder, 'not there'))).exitCode).toBe(0);
  });

  it.each(['0', 'x', '1001', '1.5'])('refuses --most %s', async (most) => {
    expect((await oneRoof('list', '--local', '--most', most)).exitCode).not.toBe(0);
  });
});
