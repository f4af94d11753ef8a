import { judgedAnswers, peopleRows, sentCommands } from './people.ts';
import { duration, readable, secondsBetween, timeOfDay } from './time.ts';
import type { PackageArchive } from '../package/archive.ts';
import type { Report } from './build.ts';
import { signedBySentence } from '../base/signing-key.ts';
import { costOf, freeTransitions } from './cost.ts';
import { blockerRows, gateRows } from '../gate/gate-rows.ts';
import type { MoreSections } from './more-sections.ts';
import { bold, inline, plain, table } from './markdown-text.ts';
import { tellStory } from './story.ts';
import { endStateSection, probeSection, rollbackSection, trialSection } from './markdown-outcome.ts';

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
        [`approved by (${state.verified === undefined ? 'declared' : 'signed in'})`, state.approval?.declaredBy ?? ''],
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

function peopleSection(report: Report): string[] {
  const answers = judgedAnswers(report).map(({ at, verdict, code, by, signedIn }) => {
    return [timeOfDay(at), verdict, code, `${by} (${signedIn ? 'signed in' : 'declared'})`];
  });
  const commands = sentCommands(report).map(({ script, commandId, document, sha256 }) => [
    script,
    commandId,
    document,
    sha256,
  ]);
  const people = peopleRows(report);
  if (answers.length + commands.length + people.length === 0) return [];
  return [
    '## Who did it, and with which command',
    '',
    ...people.flatMap(([what, name]) => [`${what}: ${inline(name)}`, '']),
    ...(answers.length === 0 ? [] : table(['answer at (UTC)', 'judged', 'code', 'by'], answers)),
    ...(commands.length === 0 ? [] : table(['script', 'command id', 'document', 'sha256 of the SQL'], commands)),
  ];
}

function closingSections(report: Report): string[] {
  const { entries, head, problems } = report.evidence;
  const { signer } = report;
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
    ...(signer === undefined ? [] : [`Signed by ${signedBySentence(signer)}.`, '']),
    ...(problems.length > 0 ? [...problems.map((problem) => `* ${bold(problem).source}`), ''] : []),
    ...table(['entry', 'step', 'at (UTC)', 'follows from'], rows),
  ];
}

/** Renders a report as Markdown, for the knowledge base; with the package, as the page. */
export function renderMarkdown(report: Report, archive?: PackageArchive, more?: MoreSections): string {
  const what = report.kind === 'release' ? 'release' : 'rollback of';
  return [
    `# ${inline(report.title)}, ${what} ${inline(report.runId)}: ${report.ending.name.replaceAll('_', ' ')}`,
    '',
    ...summary(report),
    ...gateSection(report),
    ...trialSection(report),
    ...(more?.markdown(report, archive) ?? []),
    ...tierSection(report),
    ...rollbackSection(report),
    ...endStateSection(report),
    ...probeSection(report),
    ...peopleSection(report),
    ...closingSections(report),
  ].join('\n');
}
