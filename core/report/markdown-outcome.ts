import type { Report } from './build.ts';
import { bold, plain, table } from './markdown-text.ts';
import { othersSentence } from '../ending/story.ts';
import { endStateRows, probeTable, rollbackProof, trialRows, trialSentence, uiContractRows } from './tables.ts';
import { readable } from './time.ts';

/** The section *Trial*: nothing for a release that was not tried. */
export function trialSection({ state, tiers }: Report): string[] {
  if (state.trial === undefined) return [];
  const { locks, parts } = trialRows(state);
  return [
    '## Trial',
    '',
    trialSentence(state.trial, tiers),
    '',
    ...table(['relation', 'strongest lock'], locks),
    ...table(['script', 'took'], parts),
  ];
}

/** The section *Rollback*: nothing when there was none. */
export function rollbackSection(report: Report): string[] {
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
      : [
          plain(proof.sentence),
          '',
          ...(proof.others.length === 0 ? [] : [plain(othersSentence(proof.others)), '']),
          ...table(['part of the fingerprint', 'entry and now', 'now'], parts),
        ]),
  ];
}

/** The sections *End state* and *Read contract*: nothing before the seal. */
export function endStateSection({ state }: Report): string[] {
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

/** The section *Baseline probe*: nothing when no probe was taken. */
export function probeSection(report: Report): string[] {
  const { moments, rows } = probeTable(report);
  if (rows.length === 0) return [];
  const lines = rows.map(({ name, values, changed }) => [name, ...values, changed ? 'changed' : '']);
  return ['## Baseline probe', '', ...table(['counter', ...moments, ''], lines)];
}
