import type { EndingState } from '../../../core/base/ending-state.ts';
import type { EndingName } from '../../../core/ending/ending-table.ts';
import { RELEASES } from '../../../core/base/evidence-key.ts';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import type { ExecutionSummary, Signer } from '../../../core/base/ports.ts';
import type { AnnouncerPorts, NotifierPorts, SignerPorts } from '../../../core/base/step-ports.ts';
import type { ReleaseEvent } from '../../../core/base/release-event.ts';
import { announce } from '../../../core/report/announce.ts';
import { signReport } from '../../../core/report/sign-report.ts';
import { runIdOf } from '../../../core/base/run-id.ts';
import { reportRollback } from '../../../core/rollback/report-rollback.ts';
import { writeReport } from '../../../core/release/write-report.ts';
import { keptConditions } from '../../../core/gate/gate-line.ts';
import { warehouseGate, warehousePlan } from '../package/warehouse.ts';
import { archiveFile } from '../../../core/package/archive-file.ts';
import { createTestPorts } from '../ports.ts';

export const execution = {
  Id: 'arn:aws:states:eu-central-1:000000000000:execution:Warehouse-Release:one',
  Name: 'one',
  StartTime: '2026-06-03T09:59:58.000Z',
};
export const runId = runIdOf(execution.Id);
export const rollbackExecution = { ...execution, Id: execution.Id.replace('Release', 'Rollback'), Name: 'back' };

/** Text that would act in a page that does not escape it, and end a cell, a line or a tag in one that half does. */
export const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>|\n## x \u202e</style>`;

const { tiers, title, approval: approvalForm } = warehousePlan;
const digest = `sha256:${'a'.repeat(64)}`;
const signingKey = 'arn:aws:kms:eu-central-1:000000000000:key/00000000-0000-4000-8000-000000000000';
const gate = {
  status: 'READY' as const,
  blockers: '',
  explanations: [],
  notes: [],
  conditions: keptConditions(warehouseGate),
  readAt: '2026-06-03T10:00:00.000Z',
};
const closed = {
  ...gate,
  status: 'BLOCKED' as const,
  blockers: 'articles_moved;',
  conditions: gate.conditions.map((each) =>
    each.id === 'articles' ? { ...each, measured: '1199', ok: false, blocker: 'articles_moved;' } : each,
  ),
};
const probe = (priced: number) => ({ json: JSON.stringify({ shelves: { priced, unpriced: 1200 - priced } }) });
const fingerprint = { json: JSON.stringify({ schemas: 'aa', rows_article: 'bb' }) };
const results = tiers.map(({ id, name }) => ({
  id,
  name,
  facts: { gap: '210' },
  beside: {
    ...(id === '0' ? { fingerprint, probe: probe(0) } : {}),
    ...(id === '8' ? { probe: probe(1200) } : {}),
  },
  seconds: 0.25,
}));
const outcome = [
  { metric: 'unpriced', value: '0', expected: '0' },
  { metric: 'priced', value: '1200', expected: '1200' },
];
const checks = {
  outcome: { json: JSON.stringify(outcome) },
  contract: { json: JSON.stringify({ v_price_today: 1200 }) },
  probe: probe(1200),
};
const failed = { Error: 'ScriptFailed', Cause: '{"errorMessage":"REFUSING: boom","errorType":"ScriptFailed"}' };

interface Step {
  readonly step: string;
  readonly facts: Record<string, unknown>;
}

interface Run {
  readonly state: EndingState;
  readonly entries: readonly Step[];
}

const back: Step[] = [
  { step: 'fence', facts: { terminatedBackends: 0 } },
  { step: 'undo', facts: { outcome: 'undone' } },
];
const proven: Step = {
  step: 'prove-baseline',
  facts: {
    fingerprint,
    probe: probe(0),
    gate: { json: JSON.stringify(warehouseGate) },
    equalToEntry: true,
  },
};

function gateEntry(value: object): Step {
  return { step: 'check-gate', facts: { execution: execution.Id, gate: value, documents: {} } };
}

/** Every kind of run, with hostile text wherever text from a person or the database can stand. */
function describeRun(name: EndingName, text: string, packageDigest: string): Run {
  const approval = {
    apr: approvalForm.code.example,
    packageDigest,
    declaredBy: `ann ${text}`,
    acceptedAt: '2026-06-03T10:00:01.000Z',
  };
  const asked: Step[] = [gateEntry(gate), { step: 'request-approval', facts: {} }];
  const open = { runId, packageDigest, gate, ready: true };
  const decided = { ...open, decision: 'approved' as const, reason: '', approval };
  const answered: Step[] = [...asked, { step: 'check-answer', facts: { decision: 'approved', reason: '', approval } }];
  const locks = [{ relation: 'articles', mode: 'ShareLock' }];
  const trial = { milliseconds: 812, locks, parts: [{ script: 'tier-1', milliseconds: 400 }] };
  const tried = { ...decided, trial };
  const tierSteps = results.map((result) => {
    const statements = { [`tier-${result.id}`]: [{ milliseconds: 0.5 }, { milliseconds: 34.5, rows: 1200 }] };
    return { step: `tier-${result.id}`, facts: { ...result, title: result.name, statements } };
  });
  const statements = { 'tier-1': [{ milliseconds: 70 }, { milliseconds: 12.3 }], undo: [{ milliseconds: 9 }] };
  const ran = (count: number): Step[] => [
    ...answered,
    { step: 'trial', facts: { ...trial, statements } },
    ...tierSteps.slice(0, count),
  ];
  const stopped = (by: string): Step => ({ step: by, facts: { error: 'ScriptFailed', message: `REFUSING: ${text}` } });
  const rolled = (value: 'rolled_back' | 'nothing_to_roll_back') => ({ rollback: { Output: { outcome: value } } });
  const error = { ...failed, Cause: `REFUSING: ${text}` };
  const runs: Record<EndingName, Run> = {
    released: {
      state: { ...tried, tiers: results, sealed: true, postChecks: { problems: [], facts: checks } },
      entries: [...ran(5), { step: 'post-checks', facts: { problems: [], ...checks } }],
    },
    released_check_failed: {
      state: { ...tried, tiers: results, sealed: true, postChecks: { problems: [text], facts: checks } },
      entries: [...ran(5), { step: 'post-checks', facts: { problems: [text], ...checks } }],
    },
    gate_closed: {
      state: { ...open, ready: false, gate: { ...closed, explanations: [text] } },
      entries: [gateEntry({ ...closed, explanations: [text] })],
    },
    documents_differ: {
      state: { ...open, ready: false, gate: { ...closed, conditions: [], blockers: 'documents_differ;' } },
      entries: [gateEntry({ ...closed, conditions: [], blockers: 'documents_differ;' })],
    },
    gate_not_checked: { state: { error }, entries: [] },
    rejected: { state: { ...open, error: { Error: 'ApprovalRejected', Cause: text } }, entries: asked },
    no_valid_apr: {
      state: { ...open, decision: 'no_valid_apr', reason: text },
      entries: [...asked, { step: 'check-answer', facts: { decision: 'no_valid_apr', reason: text } }],
    },
    expired: { state: { ...open, error: { Error: 'States.Timeout', Cause: null } }, entries: asked },
    stale: {
      state: { ...open, decision: 'stale', reason: text },
      entries: [...asked, { step: 'check-answer', facts: { decision: 'stale', reason: text } }],
    },
    would_not_end_well: {
      state: { ...decided, error, ...rolled('nothing_to_roll_back') },
      entries: [...answered, stopped('trial-failed')],
    },
    preflight_failed: {
      state: { ...tried, error, ...rolled('nothing_to_roll_back') },
      entries: [...ran(0), stopped('tier-0-failed')],
    },
    rolled_back: {
      state: { ...tried, tiers: results.slice(0, 3), sealed: false, error, ...rolled('rolled_back') },
      entries: [...ran(3), stopped('tier-3-failed'), ...back, proven],
    },
    nothing_to_roll_back: {
      state: { ...tried, tiers: results.slice(0, 1), sealed: false, error, ...rolled('nothing_to_roll_back') },
      entries: [...ran(1), stopped('tier-1-failed'), ...back.slice(0, 1)],
    },
    needs_a_human: {
      state: { ...tried, tiers: results.slice(0, 2), sealed: false, error, rollback: { Error: 'States.TaskFailed' } },
      entries: [...ran(2), stopped('tier-2-failed'), ...back, stopped('prove-baseline-failed')],
    },
  };
  return runs[name];
}

/** A finished run as its folder: file name → text. */
export interface FinishedRun {
  readonly files: Map<string, string>;
  readonly html: string;
  readonly markdown: string;
}

/** Whoever writes reports in a test, signs and announces them. */
type ReporterPorts = NotifierPorts & SignerPorts & AnnouncerPorts;

export interface RunPorts extends ReporterPorts {
  readonly files: Map<string, string>;
  readonly bodies: string[];
  readonly announced: ReleaseEvent[];
  readonly warnings: string[];
}

/** Ports in memory whose evidence store is the folder that verify-report reads. */
export function createRunPorts(): RunPorts {
  const ports = createTestPorts();
  const files = new Map<string, string>();
  const bodies: string[] = [];
  return {
    ...ports,
    files,
    bodies,
    notifier: { notify: (_subject, body) => Promise.resolve(void bodies.push(body)) },
    evidence: {
      ...ports.evidence,
      write: async (run, sequence, text) => {
        const written = await ports.evidence.write(run, sequence, text);
        if (written && run !== RELEASES) files.set(`${String(sequence).padStart(4, '0')}.json`, text);
        await ports.clock.sleep(250);
        return written;
      },
      writeArchive: (run, text) => {
        files.set(archiveFile, text);
        return ports.evidence.writeArchive(run, text);
      },
      writeReport: (_run, fileName, text) => {
        files.set(fileName, text);
        return Promise.resolve(`/reports/${fileName}`);
      },
    },
  };
}

/** Plays a run up to its report, with the code that writes it in production; `recorded`: what the steps said instead. */
export async function playRun(
  name: EndingName,
  text = 'plain',
  {
    packageDigest = digest,
    archive = '',
    recorded = text,
    signer,
    key = signingKey,
  }: { packageDigest?: string; archive?: string; recorded?: string; signer?: Signer; key?: string } = {},
): Promise<FinishedRun & { ports: RunPorts }> {
  const made = createRunPorts();
  const ports = signer === undefined ? made : { ...made, signer };
  const { state } = describeRun(name, text, packageDigest);
  const { entries } = describeRun(name, recorded, packageDigest);
  for (const { step, facts } of entries) {
    const more = step === 'check-gate' && archive !== '' ? { archive } : {};
    await recordEvidence(ports, { runId, step, packageDigest, facts: { ...facts, ...more } });
  }
  await playReport(ports, execution, state, { packageDigest, key });
  return {
    ports,
    files: ports.files,
    html: ports.files.get('report.html') ?? '',
    markdown: ports.files.get('report.md') ?? '',
  };
}

/** Plays *Write report* of RELEASE and what follows it, for an execution that was started with or without an input. */
export async function playReport(
  ports: ReporterPorts,
  started: { readonly Input?: unknown } & typeof execution,
  state: EndingState = {},
  { packageDigest = digest, key = signingKey } = {},
): Promise<void> {
  const environment = {
    EVIDENCE_BUCKET: 'none',
    PACKAGE_DIGEST: packageDigest,
    SIGNING_KEY: key,
    EVENT_BUS: 'none',
    APPROVAL_SECONDS: 1,
    TOPIC_ARN: 'none',
    TIERS: tiers,
    TITLE: title,
  };
  const now = { Name: 'Write report', EnteredTime: '2026-06-03T10:00:09.000Z' };
  const input = await writeReport(environment, ports)({ input: state, execution: started, state: now });
  await signReport(environment, ports)({ input, execution: started, state: now });
  await announce(environment, ports)({ input, execution: started, state: { ...now, Name: 'Announce ending' } });
}

/** A release that was stopped after tier 2, and the rollback that the rule started for it. */
export async function playStopped(): Promise<RunPorts> {
  const ports = createRunPorts();
  const { entries } = describeRun('rolled_back', 'plain', digest);
  for (const { step, facts } of entries.filter((entry) => entry.step !== 'tier-3-failed'))
    await recordEvidence(ports, { runId, step, packageDigest: digest, facts });
  await playRollbackReport(ports, { runId, outcome: 'rolled_back' });
  return ports;
}

/** Plays *Write report* of ROLLBACK and what follows it on what the state before it handed over. */
export async function playRollbackReport(
  ports: ReporterPorts,
  input: unknown,
  { started = {}, newest }: { started?: unknown; newest?: ExecutionSummary } = {},
) {
  const settings = {
    EVIDENCE_BUCKET: 'none',
    PACKAGE_DIGEST: digest,
    SIGNING_KEY: signingKey,
    EVENT_BUS: 'none',
    APPROVAL_SECONDS: 1,
    STATE_MACHINE_ARN: 'release',
    TOPIC_ARN: 'none',
    TIERS: tiers,
    TITLE: title,
  };
  const executions = {
    newest: () => Promise.resolve(newest),
    enteredStates: () => Promise.resolve([]),
    stopCause: () => Promise.resolve(undefined),
  };
  const now = { Name: 'Write report', EnteredTime: '2026-06-03T10:00:19.000Z' };
  const event = { input, execution: { ...rollbackExecution, Input: started }, state: now };
  const left = await reportRollback(settings, { ...ports, executions })(event);
  await signReport(settings, ports)({ ...event, input: left });
  await announce(settings, ports)({ ...event, input: left, state: { ...now, Name: 'Announce ending' } });
  return left;
}
