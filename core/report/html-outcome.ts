import type { Report } from './build.ts';
import { markStatus } from './html-icons.ts';
import { dataTable, folded, identifier, mono, noteList, type Row, section } from './html-parts.ts';
import { type Markup, markup } from './markup.ts';
import { othersSentence } from '../ending/story.ts';
import { endStateRows, probeTable, rollbackProof, trialRows, trialSentence, uiContractRows } from './tables.ts';
import { readable } from './time.ts';

/** The section *Trial*; undefined for a release that was not tried. */
export function trialSection({ state, tiers }: Report): Markup | undefined {
  if (state.trial === undefined) return undefined;
  const { locks, parts } = trialRows(state);
  const rows = (pairs: readonly [string, string][]) =>
    pairs.map(([name, value]): Row => ({ cells: [identifier(name), value] }));
  return section(
    'trial',
    'Trial',
    markup`<p>${trialSentence(state.trial, tiers)}</p>
${dataTable('What the application may have waited for', [{ head: 'Relation' }, { head: 'Strongest lock' }], rows(locks))}${folded('Each script', dataTable('How long each script took', [{ head: 'Script' }, { head: 'Took', number: true }], rows(parts)))}`,
  );
}

/** The section *Proof of the rollback*; undefined when no proof was made. */
export function rollbackSection(report: Report): Markup | undefined {
  const proof = rollbackProof(report);
  if (proof === undefined) return undefined;
  const { parts } = proof;
  const equal = parts.filter(({ verdict }) => verdict === 'equal').length;
  const good = parts.every(({ verdict }) => verdict !== 'differs');
  const rows = parts.map(({ name, entry, now, verdict }): Row => ({
    marked: verdict === 'differs' ? 'bad' : undefined,
    cells: [
      name.replaceAll('_', ' '),
      markStatus(verdict === 'differs' ? 'failed' : 'done', verdict),
      markup`${mono(now)}${entry === now ? undefined : markup`<span class="sub mono">at entry ${entry}</span>`}`,
    ],
  }));
  const columns = [{ head: 'Part' }, { head: 'Entry and now' }, { head: 'Now' }];
  return section(
    'rollback',
    'Proof of the rollback',
    markup`<p>On ${readable(proof.at)} the database was compared with what it was before the first change: <strong>${equal} of ${parts.length} parts of the fingerprint are equal</strong>.</p>
${noteList(proof.sentence === '' ? [] : [mono(proof.sentence)], good ? 'good' : 'bad')}${noteList(proof.others.length === 0 ? [] : [othersSentence(proof.others)], 'warn')}${folded(`All ${parts.length} parts`, dataTable('Fingerprint at entry and after the rollback', columns, rows))}`,
  );
}

/** The section *End state*: the values, and the views that the application reads, both read by the read-only role. */
export function endStateSection({ state }: Report): Markup | undefined {
  const { postChecks } = state;
  if (postChecks === undefined) return undefined;
  const values = endStateRows(state).map(([metric, value, expected]): Row => {
    const ok = value === expected;
    return {
      marked: ok ? undefined : 'bad',
      cells: [identifier(metric), value, expected, markStatus(ok ? 'done' : 'failed', ok ? 'yes' : 'no')],
    };
  });
  const views = uiContractRows(state).map(([view, rows]): Row => ({ cells: [identifier(view), rows] }));
  const number = (head: string) => ({ head, number: true });
  const valueColumns = [{ head: 'Value' }, number('Read back'), number('Expected'), { head: 'As expected' }];
  return section(
    'end-state',
    'End state',
    markup`<p>Read back after the seal by the read-only role, the channel an outsider would use.</p>
${noteList(postChecks.problems, 'bad')}${values.length === 0 ? undefined : dataTable('The end state', valueColumns, values)}${views.length === 0 ? undefined : dataTable('Read contract: views and the rows seen in them', [{ head: 'View' }, number('Rows')], views)}`,
  );
}

/** The section *Baseline probe*: the counters before, during and after the run, and which of them changed. */
export function probeSection(report: Report): Markup | undefined {
  const { moments, rows } = probeTable(report);
  if (rows.length === 0) return undefined;
  const changed = rows.filter((row) => row.changed).length;
  const lines = rows.map(({ name, values, changed: moved }): Row => ({
    marked: moved && moments.length > 1 ? 'warn' : undefined,
    cells: [identifier(name), ...values, moments.length > 1 ? (moved ? markup`<strong>changed</strong>` : 'same') : ''],
  }));
  const columns = [
    { head: 'Counter' },
    ...moments.map((moment) => ({ head: `${moment.slice(0, 1).toUpperCase()}${moment.slice(1)}`, number: true })),
    { head: moments.length > 1 ? 'Difference' : '' },
  ];
  const words =
    moments.length > 1
      ? `${changed} of ${rows.length} counters changed. In scope is what the release is for; out of scope are living applications, whose counters are shown and not judged.`
      : 'Taken once, before the first change.';
  return section('probe', 'Baseline probe', markup`<p>${words}</p>\n${dataTable('Baseline probe', columns, lines)}`);
}
