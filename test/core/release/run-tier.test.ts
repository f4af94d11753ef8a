import { environmentSchemas } from '../../../core/base/environment.ts';
import { readEnvironment } from '../../../core/base/read-environment.ts';
import { EvidenceNotWritten, RedriveRefused, ScriptFailed } from '../../../core/base/errors.ts';
import type { SendRequest } from '../../../core/base/ports.ts';
import { parseEntries } from '../../../core/evidence/parse-entries.ts';
import { runTier } from '../../../core/release/run-tier.ts';
import { createTestPorts, type TestOptions } from '../ports.ts';
import { proven, refused } from '../proven.ts';

const runId = '0123456789ab';
const digest = `sha256:${'a'.repeat(64)}`;
const pin = { version: '3', hash: 'b'.repeat(64) };
const script = (id: string, proof: string, parameters: string[] = []) => ({
  id,
  document: `one-roof-${id}`,
  sha256: 'c'.repeat(64),
  seconds: 30,
  proof,
  parameters,
});

function environment({ seals = false, mutates = true } = {}) {
  const scripts = [
    script('baseline-probe', '^probe$'),
    script('tier-3', '^new=(?<new>[0-9]+) gap=0 conflict=0$', ['ratifiedApr']),
  ];
  return readEnvironment(environmentSchemas['run-tier'], {
    EVIDENCE_BUCKET: 'evidence',
    PACKAGE_DIGEST: digest,
    NODE_ID: 'mi-0123456789abcdef0',
    START_BY_SECONDS: '45',
    SCRIPTS: JSON.stringify(scripts),
    TIER_ID: '3',
    TIER_NAME: 'Ownership seed',
    TIER_TITLE: 'Record owners',
    TIER_MUTATES: String(mutates),
    TIER_SEALS: String(seals),
  });
}

const approval = {
  apr: 'APR-BOOT-AUTHMODEL-1',
  packageDigest: digest,
  declaredBy: 'x',
  acceptedAt: '2026-06-03T09:59:00Z',
};
const gate = {
  status: 'READY',
  blockers: '',
  explanations: [],
  notes: [],
  conditions: [],
  readAt: '2026-06-03T09:58:00Z',
};
const state = {
  runId,
  packageDigest: digest,
  ready: true,
  gate,
  documents: { 'baseline-probe': pin, 'tier-3': pin },
  answersLeft: 2,
  startBySeconds: 45,
  decision: 'approved',
  reason: '',
  approval,
};

function event(redriveCount = 0) {
  return {
    input: state,
    execution: { Id: 'arn:x', Name: 'x', StartTime: '2026-06-03T09:58:00Z', RedriveCount: redriveCount },
    state: { Name: 'Tier 3 Ownership seed', EnteredTime: '2026-06-03T10:00:00.000Z' },
  };
}

function tier(options: TestOptions = {}, kind: { seals?: boolean; mutates?: boolean } = {}) {
  const ports = createTestPorts({
    answer: (request) => proven(request, request.comment.endsWith('tier-3') ? 'new=30 gap=0 conflict=0' : 'probe'),
    ...options,
  });
  return { ports, run: runTier(environment(kind), ports) };
}

/** A command that SSM shows at work. */
const running = { status: 'InProgress', statusDetails: 'InProgress', responseCode: -1, output: '' };

function onlyTheTier(request: SendRequest) {
  return request.comment.endsWith('tier-3')
    ? proven(request, 'new=30 gap=0 conflict=0')
    : refused(request, 'no such view');
}

describe('a tier', () => {
  it('sends itself once and its read-only scripts beside it, pinned, with a start-by that Step Functions set', async () => {
    const { ports, run } = tier();
    await run(event());
    expect(ports.sent.map(({ comment }) => comment)).toEqual([
      `one-roof/${runId}/tier-3`,
      `one-roof/${runId}/baseline-probe`,
    ]);
    expect(ports.sent[0]).toMatchObject({
      documentVersion: '3',
      documentHash: pin.hash,
      parameters: { startBy: '2026-06-03T10:00:45.000Z', ratifiedApr: 'APR-BOOT-AUTHMODEL-1' },
    });
    expect(ports.sent[1]?.parameters).not.toHaveProperty('ratifiedApr');
  });

  it('returns its proven facts and nothing else of the output', async () => {
    const { run } = tier();
    const next = await run(event());
    expect(next.tiers).toMatchObject([{ id: '3', facts: { new: '30' }, beside: { 'baseline-probe': {} } }]);
    expect(next.sealed).toBe(false);
  });

  it('leaves the time of each statement in the evidence, and not in the state', async () => {
    const timed = '\n| one-roof statements \n| Time: 0.500 ms\n| INSERT 0 30\n| Time: 3.100 ms\n\n';
    const answer = (request: SendRequest) => {
      const shown = proven(request, request.comment.endsWith('tier-3') ? 'new=30 gap=0 conflict=0' : 'probe');
      return { ...shown, output: shown.output.replace('\n\n', timed) };
    };
    const { ports, run } = tier({ answer });
    expect(JSON.stringify(await run(event()))).not.toContain('statements');
    const [entry] = parseEntries(await ports.evidence.list(runId));
    expect(entry?.facts['statements']).toEqual({ 'tier-3': [{ milliseconds: 0.5 }, { milliseconds: 3.1, rows: 30 }] });
  });

  it.each([true, false])('sends all of them before it waits for one (writes: %s)', async (mutates) => {
    const sent = new Set<string>();
    const { run } = tier(
      {
        answer: (request) => {
          sent.add(request.comment);
          const line = request.comment.endsWith('tier-3') ? 'new=30 gap=0 conflict=0' : 'probe';
          return sent.size === 2 ? proven(request, line) : running;
        },
      },
      { mutates },
    );
    await expect(run(event())).resolves.toMatchObject({ tiers: [{ id: '3' }] });
  });

  it('that writes goes on when a script beside it fails, and says so', async () => {
    const { run } = tier({ answer: onlyTheTier });
    const { tiers } = await run(event());
    expect(tiers).toMatchObject([{ id: '3', facts: { new: '30' } }]);
    expect(tiers[0]?.beside['baseline-probe']?.['problem']).toMatch(/REFUSING: no such view/);
  });

  it('that only reads fails when a script beside it fails', async () => {
    const { run } = tier({ answer: onlyTheTier }, { mutates: false });
    await expect(run(event())).rejects.toThrow(/REFUSING: no such view/);
  });

  it('hands on the head of its evidence, and writes the next entry without reading the store', async () => {
    const { ports, run } = tier();
    const { evidence } = await run(event());
    const list = jest.spyOn(ports.evidence, 'list');
    const next = await run({ ...event(), input: { ...state, evidence } });
    expect(list).not.toHaveBeenCalled();
    expect([evidence?.sequence, next.evidence?.sequence]).toEqual([1, 2]);
  });

  it('is sealed only when the plan says that it seals', async () => {
    expect((await tier({}, { seals: true }).run(event())).sealed).toBe(true);
  });

  it('fails with its own refusal, records that, and is not sent again', async () => {
    const { ports, run } = tier({
      answer: (request) =>
        request.comment.endsWith('tier-3') ? refused(request, 'gap=216, expected 210') : proven(request, 'probe'),
    });
    await expect(run(event())).rejects.toThrow(ScriptFailed);
    await expect(run(event())).rejects.toThrow(/REFUSING: gap=216, expected 210/);
    expect(ports.sent.filter(({ comment }) => comment.endsWith('tier-3'))).toHaveLength(2);
    expect((await ports.evidence.list(runId)).map(({ text }) => text).join()).toContain('tier-3-failed');
  });

  it('is never redriven: nothing is sent', async () => {
    const { ports, run } = tier();
    await expect(run(event(1))).rejects.toThrow(RedriveRefused);
    expect(ports.sent).toEqual([]);
  });

  it('fails without evidence before the seal, and only warns at the seal', async () => {
    await expect(tier({ evidenceFails: true }).run(event())).rejects.toThrow(EvidenceNotWritten);
    await expect(tier({ evidenceFails: true }, { seals: true }).run(event())).resolves.toMatchObject({ sealed: true });
  });
});

describe('a parameter that no script declares', () => {
  it('is an error and not silently dropped', async () => {
    const settings = environment();
    const scripts = settings.SCRIPTS.map((declared) => ({ ...declared, parameters: [] }));
    const run = runTier({ ...settings, SCRIPTS: scripts }, createTestPorts());
    await expect(run(event())).rejects.toThrow(/declares the parameter ratifiedApr/);
  });
});
