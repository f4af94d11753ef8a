import { chainProblems } from '../../../core/evidence/chain.ts';
import { recordEvidence, recordEvidenceIfPossible } from '../../../core/evidence/evidence.ts';
import { EvidenceNotWritten } from '../../../core/base/errors.ts';
import { createTestPorts } from '../ports.ts';

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

  it('follows the head that it is handed, without reading the store', async () => {
    const ports = createTestPorts();
    const first = await recordEvidence(ports, entry);
    const list = jest.spyOn(ports.evidence, 'list');
    const second = await recordEvidence(ports, { ...entry, step: 'two' }, first);
    await recordEvidence(ports, { ...entry, step: 'three' }, second);
    expect(list).not.toHaveBeenCalled();
    list.mockRestore();
    const texts = (await ports.evidence.list(entry.runId)).map(({ text }) => text);
    expect(texts).toHaveLength(3);
    expect(chainProblems(texts)).toEqual([]);
  });

  it('reads the store when others have written since: an old head breaks no chain', async () => {
    const ports = createTestPorts();
    const old = await recordEvidence(ports, entry);
    await recordEvidence(ports, { ...entry, step: 'tier-3-failed' });
    const writers = ['fence', 'undo', 'late'].map((step) => recordEvidence(ports, { ...entry, step }, old));
    expect((await Promise.all(writers)).map(({ sequence }) => sequence).sort()).toEqual([3, 4, 5]);
    const texts = (await ports.evidence.list(entry.runId)).map(({ text }) => text);
    expect(chainProblems(texts)).toEqual([]);
  });

  it('shows an entry that was replaced before the next one followed its head', async () => {
    const ports = createTestPorts();
    const head = await recordEvidence(ports, entry);
    ports.forge(entry.runId, 1, (text) => text.replace('210', '211'));
    await recordEvidence(ports, { ...entry, step: 'two' }, head);
    const texts = (await ports.evidence.list(entry.runId)).map(({ text }) => text);
    expect(texts[0]).toContain('211');
    expect(chainProblems(texts)).toEqual(['entry 2 does not follow from entry 1']);
  });

  it('stops a step before the seal when the store is unwritable, and goes on after it', async () => {
    const ports = createTestPorts({ evidenceFails: true });
    await expect(recordEvidence(ports, entry)).rejects.toThrow(EvidenceNotWritten);
    await expect(recordEvidenceIfPossible(ports, entry)).resolves.toBeUndefined();
    // Logged both times: the alarm has to hear of either.
    expect(ports.warnings).toEqual(['evidence not written', 'evidence not written']);
  });
});
