import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../aws/clock.ts';
import { chainProblems } from '../../core/evidence/chain.ts';
import { recordEvidence } from '../../core/evidence/evidence.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import { silentLog } from '../../local/driver/file-log.ts';
import type { EvidenceHead } from '../../core/base/evidence-head.ts';

it.each([
  ['that read the store', false],
  ['that follow one old head', true],
])('writers of different steps %s and meet at one number leave one whole chain', async (_which, followsHead) => {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-test-'));
  const evidence = createEvidenceFolder(folder);
  const ports = { clock: systemClock, evidence, log: silentLog };
  const runId = '0a1b2c3d4e5f';
  let head: EvidenceHead | undefined;
  const write = (step: string) =>
    recordEvidence(ports, { runId, step, packageDigest: 'sha256:x', facts: { step } }, head).then(
      (next) => {
        if (followsHead) head ??= next;
        return 1;
      },
      () => 0,
    );
  try {
    let written = 0;
    for (let round = 0; round < 20; round += 1) {
      const results = await Promise.all([write('fence'), write('undo'), write('tier-3-failed')]);
      written += results.reduce<number>((sum, one) => sum + one, 0);
    }
    const texts = (await evidence.list(runId)).map(({ text }) => text);
    expect(chainProblems(texts)).toEqual([]);
    expect(texts).toHaveLength(written);
    expect(written).toBe(60);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
