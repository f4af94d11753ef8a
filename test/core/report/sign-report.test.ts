import { namedDigest } from '../../../core/base/digest.ts';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { signReport } from '../../../core/report/sign-report.ts';
import { createTestPorts } from '../ports.ts';
import { execution, playRun, playStopped, runId } from './runs.ts';

const packageDigest = `sha256:${'a'.repeat(64)}`;
const settings = { EVIDENCE_BUCKET: 'none', PACKAGE_DIGEST: packageDigest, SIGNING_KEY: 'machine' } as const;
const state = { Name: 'Sign report', EnteredTime: '2026-06-03T10:00:10.000Z' };
const event = (input: object) => ({ input, execution, state });
const headOf = (files: ReadonlyMap<string, string>, report: string): string =>
  (JSON.parse(files.get(report) ?? '') as { evidence: { head: string } }).evidence.head;

test('a release and a rollback get a signature each, of the head that their report has', async () => {
  for (const [base, { files }] of [
    ['report', await playRun('released')],
    ['rollback-0011', await playStopped()],
  ] as const) {
    const { head } = JSON.parse(files.get(`${base}.sig`) ?? '') as { head: string };
    expect(head).toBe(headOf(files, `${base}.json`));
  }
});

test('where nothing was reported, nothing is signed', async () => {
  const ports = createTestPorts();
  const sign = jest.spyOn(ports.signer, 'sign');
  await signReport(settings, ports)(event({ runId }));
  expect(sign).not.toHaveBeenCalled();
  sign.mockRestore();
});

test('a head that closes no report is not signed, wherever it comes from', async () => {
  const ports = createTestPorts();
  await recordEvidence(ports, { runId, step: 'fence', packageDigest, facts: {} });
  const [fence] = await ports.evidence.list(runId);
  for (const evidenceHead of [namedDigest('anything'), namedDigest(fence?.text ?? ''), ''])
    await expect(signReport(settings, ports)(event({ runId, evidenceHead }))).rejects.toThrow('no stored entry');
});

test('a chain that was changed below its head is not signed', async () => {
  const { ports, files } = await playRun('released');
  const changed = (await ports.evidence.list(runId)).map((entry) =>
    entry.sequence === 2 ? { ...entry, text: entry.text.replace('request-approval', 'request-approved') } : entry,
  );
  const evidence = { ...ports.evidence, list: () => Promise.resolve(changed) };
  const evidenceHead = headOf(files, 'report.json');
  const signing = signReport(settings, { ...ports, evidence })(event({ runId, evidenceHead }));
  await expect(signing).rejects.toThrow('is broken: entry 3 does not follow from entry 2');
});
