import type { EndingName } from '../../../core/ending/ending-table.ts';
import { buildReport, type Report } from '../../../core/report/build.ts';
import { reportBase } from '../../../core/ending/closing.ts';
import { costOf } from '../../../core/report/cost.ts';
import { isReleased } from '../../../core/ending/ending-table.ts';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { lastRelease } from '../../../core/evidence/releases.ts';
import { verifyFolder } from '../../../core/report/verify.ts';
import {
  createRunPorts,
  execution,
  hostile,
  playReport,
  playRollbackReport,
  playRun,
  playStopped,
  runId,
} from './runs.ts';
import { parseEntries } from '../../../core/evidence/parse-entries.ts';

async function reportOf(name: EndingName): Promise<Report> {
  const { ports } = await playRun(name);
  const stored = await ports.evidence.list(runId);
  const closing = parseEntries(stored).findLast((entry) => reportBase(entry) !== undefined);
  const report = closing === undefined ? undefined : buildReport(stored, closing);
  if (report === undefined) throw new Error('no report');
  return report;
}

describe('the report for the knowledge base', () => {
  it('has everything that the runbook asks for', async () => {
    const { markdown } = await playRun('released');
    expect(markdown).toContain('| unpriced | 0 | 0 |');
    expect(markdown).toContain('| v_price_today | 1200 |');
    expect(markdown).toContain('| shelves.priced | 0 | 1200 | 1200 | changed |');
    expect(markdown).toContain('| approved under | WHS-2026-11 |');
    expect(markdown).toContain('chain whole');
  });

  it('keeps every table whole, whatever stands in it', async () => {
    const { markdown } = await playRun('rolled_back', hostile);
    const lines = markdown.split('\n');
    lines.forEach((line, index) => {
      if (!/^\| ---/.test(line)) return;
      const columns = line.split(' | ').length;
      for (let row = index - 1; lines[row]?.startsWith('|') === true; row += 1)
        expect(lines[row]?.replaceAll('\\|', '').split(' | ')).toHaveLength(columns);
    });
  });
});

describe('the cost', () => {
  // Counted in the state machine's picture. A release: Check gate, Gate ready?, Announce wait, Await approval, Check
  // answer, Approved?, Trial, the tiers (here 5), Post checks, Write report, Sign report, Announce ending, How
  // did it end?, Release complete.
  const cases: [EndingName, number][] = [
    ['released', 18],
    ['gate_closed', 7],
    ['rejected', 9],
    ['stale', 11],
    // … Approved?, Trial, four tiers, Roll back, Already released?, Write report, Sign report, Announce ending, How did it end?, Rolled back;
    // in ROLLBACK Fence, Anything to undo?, Wait, Undo, What was undone?, Prove baseline, Write report, Sign report,
    // Announce ending, How did it end?, Rolled back.
    ['rolled_back', 29],
  ];
  it.each(cases)('of a run that ended as %s is %d transitions', async (name, transitions) => {
    expect(costOf(await reportOf(name)).transitions).toBe(transitions);
  });

  it('is given in USD at the list price', async () => {
    expect(costOf(await reportOf('gate_closed')).usd).toBe('0.000175');
  });
});

describe('writing a report', () => {
  it('sends out the head of the evidence, so that it is kept outside the store', async () => {
    const { ports } = await playRun('released');
    const { head } = (await reportOf('released')).evidence;
    expect(ports.bodies).toEqual([expect.stringContaining(head)]);
  });

  it('lists a release that was sealed, and no other, for whoever compares the next package', async () => {
    const archive = `sha256:${'e'.repeat(64)}`;
    const names = ['released', 'released_check_failed', 'rolled_back', 'needs_a_human', 'rejected'] as const;
    for (const name of names) {
      const { ports } = await playRun(name, 'plain', { archive });
      const last = await lastRelease(ports, execution.Id, new Date('2027-01-01T00:00:00.000Z'));
      const listed = isReleased(name) ? { runId, archive, execution: execution.Id } : undefined;
      expect([name, last]).toEqual([name, listed && (expect.objectContaining(listed) as unknown)]);
    }
  });

  it('of a rollback stands beside the one of the release, under the number of its last entry', async () => {
    const { files } = await playStopped();
    expect([...files.keys()].slice(-6)).toEqual([
      '0011.json',
      'rollback-0011.json',
      'rollback-0011.html',
      'rollback-0011.md',
      'rollback-0011.sums',
      'rollback-0011.sig',
    ]);
  });
});

describe('who did it, and with which command', () => {
  const started = { ...execution, Input: { requestedBy: `ann ${hostile}` } };

  it('is in every report, as declared: who started, who gave a wrong code, what was sent', async () => {
    const ports = createRunPorts();
    const sha256 = 'e'.repeat(64);
    const comment = `one-roof/${runId}/tier-1`;
    const command = { commandId: 'c-77', comment, document: 'shop-tier-1', documentVersion: '4', sha256 };
    const given = { apr: 'CHG-9', declaredBy: 'bob' };
    const own = { ...ports, commandsSent: [command] };
    const answer = { decision: 'ask_again', reason: 'Not ratified.', given };
    const entry = { runId, packageDigest: 'sha256:p' };
    await recordEvidence(ports, { ...entry, step: 'check-answer', facts: answer });
    await recordEvidence(own, { ...entry, step: 'tier-1-failed', facts: { error: 'ScriptFailed' } });
    await playReport(ports, started);
    for (const [name, text] of ports.files) {
      if (!/^report\.(md|html)$/.test(name)) continue;
      for (const said of ['c-77', 'shop-tier-1:4', sha256, 'CHG-9', 'bob', 'Started by, as declared', 'ann'])
        expect(text).toContain(said);
      expect(text).not.toContain('<script>');
    }
    expect(verifyFolder(ports.files).findings.map(({ problem }) => problem)).not.toContain(
      'is not what report.json renders to',
    );
  });

  it('of an undo: who wanted it, and what the stop said', async () => {
    const ports = createRunPorts();
    await recordEvidence(ports, { runId, step: 'check-gate', packageDigest: 'p', facts: { startedBy: 'ann' } });
    const stopped = { runId, outcome: 'rolled_back', stoppedBecause: 'stopped by cleo (declared)' };
    await playRollbackReport(ports, stopped, { started: { requestedBy: 'dave' } });
    const page = [...ports.files].find(([name]) => name.endsWith('.html'))?.[1];
    for (const said of ['ann', 'stopped by cleo (declared)', 'Undone by, as declared', 'dave'])
      expect(page).toContain(said);
  });
});
