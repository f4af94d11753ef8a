import type { Report } from './build.ts';
import { baselineDifferences, endStateRows } from './tables.ts';

/** Text that cannot break out of a table cell. */
function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  if (rows.length === 0) return ['(none)', ''];
  const line = (cells: readonly unknown[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

function factsText(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .filter(([name]) => name !== 'json')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function summary(report: Report): string[] {
  const { state, execution } = report;
  return table(
    ['what', 'value'],
    [
      ['ending', report.ending.headline],
      ['run', report.runId],
      ['execution', execution.arn],
      ['started', execution.startedAt],
      ['ended', report.endedAt],
      ['package digest', report.packageDigest],
      ['approved under', state.approval?.apr ?? 'not approved'],
      ['approved by (declared)', state.approval?.declaredBy ?? ''],
      ['approved at', state.approval?.acceptedAt ?? ''],
    ],
  );
}

function gateSection({ state }: Report): string[] {
  if (state.gate === undefined) return ['## Gate', '', 'The gate was not read.', ''];
  const { gate } = state;
  return [
    '## Gate',
    '',
    `Read at ${gate.readAt}: **${gate.status}** ${gate.blockers}`.trimEnd(),
    '',
    ...gate.explanations.map((line) => `* ${line}`),
    ...(gate.explanations.length > 0 ? [''] : []),
    ...table(['value', 'measured'], Object.entries(gate.values)),
  ];
}

function tierSection({ state }: Report): string[] {
  const rows = (state.tiers ?? []).map(({ id, name, facts, seconds }) => [
    id,
    name,
    factsText(facts),
    seconds.toFixed(2),
  ]);
  return ['## Tiers', '', ...table(['tier', 'name', 'proof', 'seconds'], rows)];
}

function rollbackSection(report: Report): string[] {
  const steps = new Set(['fence', 'undo', 'undo-failed', 'prove-baseline', 'prove-baseline-failed']);
  const entries = report.evidence.entries.filter(({ step }) => steps.has(step));
  if (entries.length === 0) return [];
  return [
    '## Rollback',
    '',
    ...table(
      ['step', 'at', 'facts'],
      entries.map(({ step, at, facts }) => [step, at, facts]),
    ),
  ];
}

function postCheckSection(report: Report): string[] {
  const { postChecks } = report.state;
  if (postChecks === undefined) return [];
  return [
    '## End state, read back by the read-only role',
    '',
    ...table(['metric', 'value', 'expected'], endStateRows(report.state)),
    ...(postChecks.problems.length === 0
      ? ['Every value is as expected.', '']
      : [...postChecks.problems.map((problem) => `* **${problem}**`), '']),
    '## Baseline probe, entry, mid and exit',
    '',
    ...table(['counter', 'entry', 'mid', 'exit'], baselineDifferences(report)),
  ];
}

function evidenceSection({ evidence }: Report): string[] {
  const rows = evidence.entries.map(({ sequence, step, at }) => [sequence, step, at]);
  return [
    '## Evidence',
    '',
    `${evidence.entries.length} entries, head ${evidence.head}, chain ${evidence.problems.length === 0 ? 'whole' : 'BROKEN'}.`,
    '',
    ...evidence.problems.map((problem) => `* **${problem}**`),
    ...table(['entry', 'step', 'at'], rows),
  ];
}

/** Renders the report for the knowledge base. */
export function renderMarkdown(report: Report): string {
  return [
    `# One-Roof release ${report.runId}: ${report.ending.name.replaceAll('_', ' ')}`,
    '',
    ...summary(report),
    ...gateSection(report),
    ...tierSection(report),
    ...rollbackSection(report),
    ...postCheckSection(report),
    ...evidenceSection(report),
  ].join('\n');
}
