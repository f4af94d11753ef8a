import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { createRunPorts, execution, playRollbackReport, playRun, playStopped, runId } from '../report/runs.ts';

const failed = { error: { Error: 'FenceNotProven', Cause: '{"errorMessage":"a backend is left"}' } };
const human = 'A human has to look, unless a later report says otherwise.';

/** A run of which one entry is stored. */
async function begun() {
  const ports = createRunPorts();
  await recordEvidence(ports, { runId, step: 'check-gate', packageDigest: 'sha256:x', facts: {} });
  return ports;
}

const newest = { arn: execution.Id, name: 'one', status: 'FAILED', startedAt: new Date('2026-06-03T09:00:00.000Z') };

describe('the report of a rollback', () => {
  it('that cannot be stored is counted, and left to the Catch', async () => {
    const { evidence, ...ports } = createRunPorts();
    const broken = { ...ports, evidence: { ...evidence, list: () => Promise.reject(new Error('no store')) } };
    await expect(playRollbackReport(broken, { runId, outcome: 'rolled_back' })).rejects.toThrow('no store');
    expect(ports.warnings).toEqual(['report not written']);
  });

  it('is not repeated by the rule that looks after a release which reported itself', async () => {
    const { ports, files } = await playRun('rejected');
    const before = [...files.keys()];
    await playRollbackReport(ports, { runId, outcome: 'nothing_to_roll_back' });
    expect([...files.keys()]).toEqual(before);
  });

  it('is written for a release that was stopped, and the state goes on with where it lies', async () => {
    const ports = await playStopped();
    expect(ports.files.get('rollback-0011.md')).toContain('exactly as before');
    const state = { runId, outcome: 'already_released', stampedObjects: 43 };
    const ended = await playRollbackReport(ports, state);
    expect(ended).toEqual({ ...state, report: '/reports/rollback-0012.md', evidenceHead: ended.evidenceHead });
  });

  it('is told of, each one, with the head that the auditor compares', async () => {
    const ports = await playStopped();
    const { evidenceHead } = await playRollbackReport(ports, { runId, outcome: 'already_released' });
    expect(ports.bodies).toHaveLength(2);
    expect(ports.bodies[0]).toContain('Rolled back: the database is exactly as before.');
    expect(ports.bodies[1]).toContain(`Evidence head:  ${evidenceHead ?? ''}`);
  });

  it('says that a human is needed when a step failed, whatever outcome the state carries', async () => {
    const ports = await begun();
    await playRollbackReport(ports, { runId, outcome: 'rolled_back', ...failed });
    expect(ports.files.get('rollback-0002.md')).toContain(human);
  });

  it('names the real cause, what is left and what is not, and no raw JSON', async () => {
    const ports = createRunPorts();
    const entry = (step: string, facts: object = {}) =>
      recordEvidence(ports, { runId, step, packageDigest: 'sha256:x', facts: { ...facts } });
    const message = 'no lock on articles after 25 tries; held by pid 77 (application report)';
    for (const step of ['check-gate', 'fence']) await entry(step);
    await entry('undo-failed', { error: 'ScriptFailed', message });
    await playRollbackReport(ports, { runId, ...failed });
    const report = ports.files.get('rollback-0004.md') ?? '';
    expect(report).toContain(`${human} Undo: ${message}`);
    expect(report).toContain('Nothing was undone: the undo is one transaction, and it kept nothing.');
    expect(report).not.toContain('may lie between');
  });

  it('says of a release that was complete that an operator took it back', async () => {
    const { ports } = await playRun('released');
    for (const step of ['fence', 'undo'])
      await recordEvidence(ports, { runId, step, packageDigest: 'sha256:x', facts: {} });
    const facts = { others: ['view public.fresh'] };
    await recordEvidence(ports, { runId, step: 'prove-baseline', packageDigest: 'sha256:x', facts });
    await playRollbackReport(ports, { runId, outcome: 'rolled_back' });
    const report = [...ports.files].findLast(([name]) => /^rollback.*md$/.test(name))?.[1] ?? '';
    expect(report).toContain('Undone by an operator. Rolled back: the database is exactly as before.');
    expect(report).toContain('An operator has taken it back');
    expect(report).toContain('Others have changed meanwhile, and that was left alone: view public.fresh');
    expect(report).not.toContain('The release was stopped');
  });

  it.each([
    ['the Catch or the rule', { release: { Id: execution.Id, Name: 'one', StartTime: execution.StartTime } }],
    ['an operator without input', {}],
    ['an operator with a flag', { undoReleased: runId }],
  ])('finds its run when Fence failed in a rollback started by %s', async (_who, started) => {
    const ports = await begun();
    await playRollbackReport(ports, failed, { started, newest });
    expect(ports.files.get('rollback-0002.md')).toContain(human);
  });

  it.each([
    ['is still running', { ...newest, status: 'RUNNING' }],
    ['began after the rollback', { ...newest, startedAt: new Date('2026-06-03T11:00:00.000Z') }],
  ])('is not filed under a release that %s', async (_what, other) => {
    const ports = await begun();
    expect(await playRollbackReport(ports, failed, { newest: other })).toEqual(failed);
    expect([...ports.files.keys()].filter((name) => name.startsWith('rollback'))).toEqual([]);
  });
});
