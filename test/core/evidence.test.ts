import { chainProblems, recordEvidence, recordEvidenceIfPossible } from '../../core/evidence.ts';
import { EvidenceNotWritten } from '../../core/errors.ts';
import { createTestPorts } from './ports.ts';

const entry = { runId: '0123456789ab', step: 'check-gate', packageDigest: 'sha256:x', facts: { gap: 210 } };

async function threeEntries(): Promise<string[]> {
  const ports = createTestPorts();
  for (const step of ['one', 'two', 'three']) await recordEvidence(ports, { ...entry, step });
  return (await ports.evidence.list(entry.runId)).map(({ text }) => text);
}

describe('evidence', () => {
  it('is a chain that proves itself', async () => {
    expect(chainProblems(await threeEntries())).toEqual([]);
  });

  it('shows any change of any earlier entry', async () => {
    const texts = await threeEntries();
    for (const index of [0, 1]) {
      const forged = texts.with(index, texts[index]!.replace('210', '211'));
      expect(chainProblems(forged)).toEqual([`entry ${index + 2} does not follow from entry ${index + 1}`]);
    }
  });

  it('shows a removed entry', async () => {
    const texts = await threeEntries();
    expect(chainProblems(texts.toSpliced(1, 1))).toContain('entry 2 says it is number 3');
  });

  it('never overwrites: two writers at once get two numbers', async () => {
    const ports = createTestPorts();
    await Promise.all([recordEvidence(ports, entry), recordEvidence(ports, entry), recordEvidence(ports, entry)]);
    const stored = await ports.evidence.list(entry.runId);
    expect(stored.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(chainProblems(stored.map(({ text }) => text))).toEqual([]);
  });

  it('stops a step before the seal when the store is unwritable, and goes on after it', async () => {
    const ports = createTestPorts({ evidenceFails: true });
    await expect(recordEvidence(ports, entry)).rejects.toThrow(EvidenceNotWritten);
    await expect(recordEvidenceIfPossible(ports, entry)).resolves.toBe(false);
    // Logged both times: the alarm has to hear of either.
    expect(ports.warnings).toEqual(['evidence not written', 'evidence not written']);
  });
});
