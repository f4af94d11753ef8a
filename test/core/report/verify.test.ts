import type { EndingName } from '../../../core/ending/ending-table.ts';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { verifyFolder } from '../../../core/report/verify.ts';
import { playRun, playStopped, runId } from './runs.ts';

/** One bit of one byte, as a disk or a hand would change it; undefined where that is no UTF-8 any more. */
function flip(text: string, position: number, bit: number): string | undefined {
  const bytes = Buffer.from(text, 'utf8');
  bytes[position] = (bytes[position] ?? 0) ^ (1 << bit);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function positions(length: number): number[] {
  const spread = Array.from({ length: 12 }, (_unused, index) => Math.floor((length * (index * 7 + 3)) / 87));
  return [0, 1, Math.floor(length / 2), length - 2, length - 1, ...spread];
}

const kinds: EndingName[] = ['released', 'rolled_back', 'gate_closed', 'rejected', 'needs_a_human', 'gate_not_checked'];

describe('a report folder', () => {
  it.each(kinds)('of a run that ended as %s is accounted for, every byte', async (name) => {
    const { files } = await playRun(name);
    expect(verifyFolder(files).findings).toEqual([]);
  });

  it.each(kinds)('of a run that ended as %s names the file in which one byte was changed', async (name) => {
    const { files } = await playRun(name);
    for (const [file, text] of files) {
      for (const [index, position] of positions(Buffer.byteLength(text)).entries()) {
        const { findings } = verifyFolder(new Map([...files, [file, flip(text, position, index % 7)]]));
        expect([file, position, findings.some((finding) => finding.file === file)]).toEqual([file, position, true]);
      }
    }
  });

  it('of a rollback that nobody waited for is held to the same', async () => {
    const { files } = await playStopped();
    expect(verifyFolder(files).findings).toEqual([]);
    for (const [file, text] of files) {
      for (const position of positions(Buffer.byteLength(text))) {
        const { findings } = verifyFolder(new Map([...files, [file, flip(text, position, 0)]]));
        expect(findings.map((finding) => finding.file)).toContain(file);
      }
    }
  });

  it('names the changed entry alone, and the one after it that no longer follows', async () => {
    const { files } = await playRun('released');
    const entry = '0005.json';
    const forged = new Map([...files, [entry, files.get(entry)?.replace('"gap":"210"', '"gap":"211"')]]);
    expect(verifyFolder(forged).findings).toEqual([
      { file: '0006.json', problem: `does not follow from ${entry}` },
      { file: entry, problem: 'is not the entry that report.json holds' },
    ]);
  });

  it('shows every file that is missing', async () => {
    const { files } = await playRun('rolled_back');
    for (const file of files.keys()) {
      const { findings } = verifyFolder(new Map([...files].filter(([name]) => name !== file)));
      expect(findings).toContainEqual({ file, problem: 'is missing' });
    }
  });

  it('shows an entry that was added after the last report', async () => {
    const { files, ports } = await playRun('released');
    await recordEvidence(ports, { runId, step: 'fence', packageDigest: 'sha256:x', facts: {} });
    expect(verifyFolder(files).findings).toEqual([
      { file: '0012.json', problem: 'is covered by no report: nothing proves its last bytes' },
    ]);
  });

  it('that was rewritten as a whole agrees with itself: only the head, kept elsewhere, tells', async () => {
    const [real, forged] = [await playRun('released'), await playRun('released', 'somebody else')];
    expect(verifyFolder(forged.files).findings).toEqual([]);
    expect(verifyFolder(forged.files).head).not.toBe(verifyFolder(real.files).head);
    const sent = verifyFolder(real.files).heads.map(({ head }) => head);
    expect(sent).toHaveLength(1);
    expect(verifyFolder(forged.files).heads.map(({ head }) => head)).not.toEqual(sent);
  });

  it('shows a report whose claim contradicts what a step recorded, although every hash is right', async () => {
    const { files } = await playRun('released', 'mallory', { recorded: 'plain' });
    expect(verifyFolder(files).findings).toEqual([
      { file: 'report.json', problem: 'approval is not what the step recorded' },
    ]);
  });
});
