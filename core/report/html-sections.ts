import { tierStateName } from '../base/names.ts';
import type { Report } from './build.ts';
import { failedTier, undoneTiers } from './flow.ts';
import { blockerRows, gateRows } from '../gate/gate-rows.ts';
import { graph } from './html-graph.ts';
import { markStatus } from './html-icons.ts';
import { dataTable, type Fact, factList, identifier, mono, noteList, type Row, section } from './html-parts.ts';
import { type Markup, markup } from './markup.ts';
import { stoppedError } from '../ending/cause.ts';
import { readable } from './time.ts';

/** The section *Gate*: its verdict, what blocks it, and its conditions with their meaning. */
export function gateSection({ state }: Report): Markup {
  const { gate } = state;
  if (gate === undefined) return section('gate', 'Gate', markup`<p>The gate was not read.</p>`);
  const ready = gate.status === 'READY';
  const rows = gateRows(gate).map(({ name, meaning, required, measured, ok }): Row => ({
    marked: ok ? undefined : 'bad',
    cells: [
      markup`${meaning}<span class="sub">${identifier(name)}</span>`,
      required,
      measured,
      markStatus(ok ? 'done' : 'failed', ok ? 'yes' : 'no'),
    ],
  }));
  const columns = [{ head: 'What is checked' }, { head: 'Required' }, { head: 'Measured' }, { head: 'As required' }];
  const blockers = blockerRows(gate).map(({ code, remedy }) => markup`<strong>${remedy}</strong> ${mono(`${code};`)}`);
  return section(
    'gate',
    'Gate',
    markup`<p>Read on ${readable(gate.readAt)}. ${ready ? 'Every condition held, so the release was allowed to ask for approval.' : 'It was closed, and a closed gate cannot be passed.'}</p>
${noteList([...blockers, ...gate.explanations, ...gate.notes], ready ? '' : 'warn')}${rows.length === 0 ? undefined : dataTable('The conditions of the gate', columns, rows)}`,
  );
}

/** Who answered: as the approver's page verified it, else as the caller declared it. */
function answeredBy({ approval, approvals, verified }: Report['state']): { facts: Fact[]; note: string } {
  if (verified === undefined) {
    const note =
      'The name is what the caller said. Who really sent the answer is in CloudTrail, under SendTaskSuccess.';
    const facts = approval === undefined ? [] : [{ name: 'Answered by, as declared', value: approval.declaredBy }];
    return { facts, note: approval === undefined ? '' : note };
  }
  const everybody = approval === undefined ? [verified] : (approvals?.by ?? [verified]);
  const facts = everybody.flatMap(({ email, signedInAt, issuer, subject, decisionKey }) => [
    { name: 'Answered by, signed in', value: email },
    { name: 'Signed in', value: readable(signedInAt) },
    { name: 'Vouched for by', value: mono(`${issuer} ${subject}`), wide: true },
    { name: 'Decision', value: mono(decisionKey), wide: true },
  ]);
  return { facts, note: 'The person signed in on the approver’s page, and only that page can write the decision.' };
}

/** The section *Who approved what*. */
export function approvalSection({ state, packageDigest }: Report): Markup {
  const { approval } = state;
  const { facts: who, note } = answeredBy(state);
  if (approval === undefined) {
    const body = markup`<p>Nobody approved this release.${state.reason === undefined || state.reason === '' ? '' : ` ${state.reason}`} The package that would have run: ${mono(packageDigest)}</p>`;
    return section('approval', 'Who approved what', markup`${body}${who.length === 0 ? undefined : factList(who)}`);
  }
  const facts = [
    { name: 'Approved request', value: approval.apr },
    ...who,
    { name: 'Accepted', value: readable(approval.acceptedAt) },
    { name: 'Approved package digest', value: mono(approval.packageDigest), wide: true },
  ];
  const small = markup`<p class="small soft">${note} The digest is the fingerprint of every file that ran.</p>`;
  return section('approval', 'Who approved what', markup`${factList(facts)}${small}`);
}

function factsText(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .filter(([name]) => name !== 'json')
    .map(([name, value]) => `${name}=${value}`)
    .join('  ');
}

function tierTable(report: Report): Markup | undefined {
  const results = new Map((report.state.tiers ?? []).map((result) => [result.id, result]));
  const failed = failedTier(report)?.id;
  const takenBack = new Set(undoneTiers(report));
  const rows = report.tiers.map(({ id, name, title }): Row => {
    const result = results.get(id);
    const proof = result === undefined ? '' : factsText(result.facts);
    const stopped = report.state.error?.Error === stoppedError;
    const missing = id === failed ? markStatus('failed', stopped ? 'stopped' : 'failed') : markStatus('open');
    return {
      marked: id === failed ? 'bad' : undefined,
      cells: [
        id,
        markup`${name === '' ? tierStateName({ id, name }) : name}<span class="sub">${title}</span>${proof === '' ? undefined : markup`<span class="sub mono">${proof}</span>`}`,
        result === undefined
          ? missing
          : markup`${result.seconds.toFixed(2)} s${takenBack.has(id) ? markup`<span class="sub">${markStatus('undone', 'taken back')}</span>` : undefined}`,
      ],
    };
  });
  if (rows.length === 0) return undefined;
  return dataTable(
    'Tiers: one transaction each',
    [{ head: 'Tier' }, { head: 'What it does, and its proof' }, { head: 'Took', number: true }],
    rows,
  );
}

/** The section *What ran, step by step*: the state graph beside the table of tiers. */
export function pathSection(report: Report): Markup {
  return section(
    'path',
    'What ran, step by step',
    markup`<div class="path">${graph(report)}${tierTable(report)}</div>`,
  );
}
