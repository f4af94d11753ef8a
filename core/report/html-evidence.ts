import { tierStateName } from '../base/names.ts';
import * as z from 'zod';
import { canonicalJson, namedDigest } from '../base/digest.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import type { Report } from './build.ts';
import { signedBySentence } from '../base/signing-key.ts';
import { costOf, freeTransitions } from './cost.ts';
import { dataTable, folded, mono, noteList, type Row, section } from './html-parts.ts';
import { type Markup, markup } from './markup.ts';
import { judgedAnswer } from './people.ts';
import { duration, secondsBetween, timeOfDay } from './time.ts';

const text = z.string().optional();
const told = z.object({
  gate: z.object({ status: z.string() }).optional(),
  approval: z.object({ apr: z.string() }).optional(),
  name: text,
  seconds: z.number().optional(),
  error: text,
  outcome: text,
  question: text,
  problems: z.array(z.string()).optional(),
  terminatedBackends: z.number().optional(),
});

/** Describes an entry in a few words. */
function words(entry: EvidenceEntry, report: Report): string {
  const { step, facts } = entry;
  const fact = told.safeParse(facts).data ?? {};
  const failed = step.endsWith('-failed');
  const tier = /^tier-([0-9]+)/.exec(step)?.[1];
  if (tier !== undefined) {
    const name = tierStateName({ id: tier, name: report.tiers.find(({ id }) => id === tier)?.name ?? '' });
    return failed ? `${name} failed (${fact.error ?? 'unknown'})` : `${name} done and proven`;
  }
  switch (step) {
    case 'check-gate':
      return `Gate read: ${fact.gate?.status ?? 'unknown'}`;
    case 'request-approval':
      return 'Approval requested';
    case 'question':
      return `The approver asked: ${fact.question ?? ''}`;
    case 'check-answer':
      return `Answer judged: ${judgedAnswer(entry)?.verdict ?? 'unknown'}${fact.approval === undefined ? '' : ` under ${fact.approval.apr}`}`;
    case 'fence':
      return `Fence: nothing of this run is running any more (${fact.terminatedBackends ?? 0} sessions ended)`;
    case 'undo':
      return `Undo: ${(fact.outcome ?? 'done').replaceAll('_', ' ')}`;
    case 'prove-baseline':
      return 'Baseline proven: the database is as it was';
    case 'post-checks':
      return `Post checks: ${(fact.problems ?? []).length === 0 ? 'every value as expected' : 'a value is not as expected'}`;
    case 'sealed-state':
      return 'State behind the seal recorded, for the watch over what was released';
    case 'ending':
    case 'rollback-ended':
      return `Ended: ${(fact.name ?? '').replaceAll('_', ' ')}`;
    default:
      return failed ? `${step.replace('-failed', '')} failed (${fact.error ?? 'unknown'})` : step;
  }
}

/** The section *Timeline*: the entries in the order of their times. */
export function timelineSection(report: Report): Markup {
  const { entries } = report.evidence;
  const items = entries.map((entry, index) => {
    const before = entries[index - 1]?.at ?? report.execution.startedAt;
    const after = index === 0 && report.kind === 'rollback' ? '' : `+${duration(secondsBetween(before, entry.at))}`;
    return markup`<li><time datetime="${entry.at}">${timeOfDay(entry.at)}</time><span>${words(entry, report)}</span><span class="after">${after}</span></li>\n`;
  });
  return section(
    'timeline',
    'Timeline',
    markup`<p class="small soft">Times are UTC; on the right, the time since the entry before.</p>\n<ol class="timeline">\n${items}</ol>`,
  );
}

/** The section *Evidence*: the hash chain, and how to check it. */
export function chainSection({ evidence, signer }: Report): Markup {
  const { entries, head, problems } = evidence;
  const rows = entries.map((entry): Row => ({
    cells: [
      entry.sequence,
      markup`${entry.step}<span class="sub mono">sha256 ${namedDigest(canonicalJson(entry)).slice('sha256:'.length)}</span><span class="sub mono">after ${entry.previous.slice('sha256:'.length)}</span>`,
    ],
  }));
  const signed = signer === undefined ? undefined : markup`<p>The head is signed by ${signedBySentence(signer)}.</p>\n`;
  const whole = problems.length === 0;
  return section(
    'evidence',
    'Evidence',
    markup`<p>${entries.length} entries, each naming the sha256 of the one before it; the chain is <strong>${whole ? 'whole' : 'broken'}</strong>. Its head covers all of them: ${mono(head)}</p>
${signed}${noteList(problems, 'bad')}<p class="small soft">To check this folder: <code>one-roof verify-report DIR --head ${head.slice(0, 19)}…</code>, with the head from the message that was sent when the run ended.</p>
${folded('Every entry with its sha256', dataTable('Evidence chain', [{ head: 'No.' }, { head: 'Entry, its sha256, and the sha256 it follows' }], rows))}`,
  );
}

/** The section *Exact figures*: what the run cost, and its exact state for an engineer. */
export function figuresSection(report: Report): Markup {
  const { transitions, usd } = costOf(report);
  const { error } = report.state;
  return section(
    'figures',
    'Exact figures',
    markup`<p>At least ${transitions} state transitions of Step Functions: USD ${usd} at the list price of 0.025 for 1,000; the first ${freeTransitions} per month are free.</p>
${error === undefined ? undefined : noteList([markup`<strong>${error.Error ?? 'Error'}</strong> <span class="mono">${error.Cause ?? ''}</span>`], 'bad')}${folded('The run as the state machine knew it', markup`<pre tabindex="0">${JSON.stringify(report.state, null, 2)}</pre>`)}`,
  );
}
