import { duration, readable, secondsBetween, timeOfDay } from './time.ts';
import type { Report } from './build.ts';
import { costOf, freeTransitions } from './cost.ts';
import { blockerRows, gateRows } from '../gate/gate-rows.ts';
import { bold, inline, plain, table } from './markdown-text.ts';
import { tellStory } from './story.ts';
import { endStateRows, probeTable, rollbackProof, trialRows, trialSentence, uiContractRows } from './tables.ts';

function factsText(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .filter(([name]) => name !== 'json')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function summary(report: Report): string[] {
  const { state, execution } = report;
  const { happened, database, next } = tellStory(report);
  return [
    ...[
      ['What happened.', happened],
      ['The database now.', database],
      ['What to do.', next],
    ].flatMap(([what, text]) => [`${bold(what).source} ${inline(text)}`, '']),
    ...table(
      ['what', 'value'],
      [
        ['ending', report.ending.headline],
        ['run', report.runId],
        ['execution', execution.arn],
        ['started', readable(execution.startedAt)],
        ['ended', readable(report.endedAt)],
        ['took', duration(secondsBetween(execution.startedAt, report.endedAt))],
        ['package digest', report.packageDigest],
        ['approved under', state.approval?.apr ?? 'not approved'],
        ['approved by (declared)', state.approval?.declaredBy ?? ''],
        ['approved at', state.approval === undefined ? '' : readable(state.approval.acceptedAt)],
        ['approved digest', state.approval?.packageDigest ?? ''],
      ],
    ),
  ];
}

function gateSection({ state }: Report): string[] {
  if (state.gate === undefined) return ['## Gate', '', 'The gate was not read.', ''];
  const { gate } = state;
  const rows = gateRows(gate).map(({ name, meaning, required, measured, ok }) => [
    name,
    meaning,
    required,
    measured,
    ok ? 'yes' : bold('NO'),
  ]);
  const lines = [
    ...blockerRows(gate).map(({ code, remedy }) => `* ${plain(code)}: ${inline(remedy)}`),
    ...[...gate.explanations, ...gate.notes].map((line) => `* ${plain(line)}`),
  ];
  return [
    '## Gate',
    '',
    `Read at ${readable(gate.readAt)}: ${bold(gate.status).source} ${inline(gate.blockers)}`.trimEnd(),
    '',
    ...(lines.length > 0 ? [...lines, ''] : []),
    ...table(['value', 'what it counts', 'required', 'measured', 'as required'], rows),
  ];
}

function tierSection({ state, tiers }: Report): string[] {
  const results = new Map((state.tiers ?? []).map((result) => [result.id, result]));
  const rows = tiers.map(({ id, name, title }) => {
    const result = results.get(id);
    const proof = result === undefined ? 'not completed' : factsText(result.facts);
    return [id, name, title, proof, result?.seconds.toFixed(2) ?? ''];
  });
  return ['## Tiers', '', ...table(['tier', 'name', 'what it does', 'proof', 'seconds'], rows)];
}

function trialSection({ state }: Report): string[] {
  if (state.trial === undefined) return [];
  const { locks, parts } = trialRows(state);
  return [
    '## Trial',
    '',
    trialSentence(state.trial.milliseconds / 1000),
    '',
    ...table(['relation', 'strongest lock'], locks),
    ...table(['script', 'took'], parts),
  ];
}

function rollbackSection(report: Report): string[] {
  const steps = new Set(['fence', 'undo', 'undo-failed', 'prove-baseline', 'prove-baseline-failed']);
  const entries = report.evidence.entries.filter(({ step }) => steps.has(step));
  if (entries.length === 0) return [];
  const proof = rollbackProof(report);
  const parts =
    proof?.parts.map(({ name, now, verdict }) => [name, verdict === 'differs' ? bold(verdict) : verdict, now]) ?? [];
  const times = entries.map(({ step, at }) => [step, readable(at)]);
  return [
    '## Rollback',
    '',
    ...table(['step', 'at'], times),
    ...(proof === undefined
      ? []
      : [plain(proof.sentence), '', ...table(['part of the fingerprint', 'entry and now', 'now'], parts)]),
  ];
}

function endStateSection({ state }: Report): string[] {
  const { postChecks } = state;
  if (postChecks === undefined) return [];
  return [
    '## End state, read back by the read-only role',
    '',
    ...table(['metric', 'value', 'expected'], endStateRows(state)),
    ...(postChecks.problems.length === 0
      ? ['Every value is as expected.', '']
      : [...postChecks.problems.map((problem) => `* ${bold(problem).source}`), '']),
    '## Read contract',
    '',
    ...table(['view', 'rows'], uiContractRows(state)),
  ];
}

function probeSection(report: Report): string[] {
  const { moments, rows } = probeTable(report);
  if (rows.length === 0) return [];
  const lines = rows.map(({ name, values, changed }) => [name, ...values, changed ? 'changed' : '']);
  return ['## Baseline probe', '', ...table(['counter', ...moments, ''], lines)];
}

function closingSections(report: Report): string[] {
  const { entries, head, problems } = report.evidence;
  const { transitions, usd } = costOf(report);
  const rows = entries.map(({ sequence, step, at, previous }) => [sequence, step, timeOfDay(at), previous]);
  return [
    '## Cost',
    '',
    `At least ${transitions} state transitions of Step Functions, USD ${usd} at the list price; the first ${freeTransitions} per month are free.`,
    '',
    '## Evidence',
    '',
    `${entries.length} entries, head ${inline(head)}, chain ${problems.length === 0 ? 'whole' : 'BROKEN'}.`,
    '',
    ...(problems.length > 0 ? [...problems.map((problem) => `* ${bold(problem).source}`), ''] : []),
    ...table(['entry', 'step', 'at (UTC)', 'follows from'], rows),
  ];
}

/** Renders a report as Markdown, for the knowledge base. */
export function renderMarkdown(report: Report): string {
  const what = report.kind === 'release' ? 'release' : 'rollback of';
  return [
    `# ${inline(report.title)}, ${what} ${inline(report.runId)}: ${report.ending.name.replaceAll('_', ' ')}`,
    '',
    ...summary(report),
    ...gateSection(report),
    ...trialSection(report),
    ...tierSection(report),
    ...rollbackSection(report),
    ...endStateSection(report),
    ...probeSection(report),
    ...closingSections(report),
  ].join('\n');
}
