import { join } from 'node:path';
import { showChanges } from '../../../../core/approval/page/show-changes.ts';
import type { FoundRun, PageEnvironment } from '../../../../core/approval/page/find-run.ts';
import type { PagePorts } from '../../../../core/approval/page/ports.ts';
import { namedDigest } from '../../../../core/base/digest.ts';
import { runIdOf } from '../../../../core/base/run-id.ts';
import { recordEvidence } from '../../../../core/evidence/evidence.ts';
import { listRelease } from '../../../../core/evidence/releases.ts';
import { viewExecution } from '../../../../core/approval/execution-view.ts';
import { renderArchive } from '../../../../core/package/make-archive.ts';
import { manifestFile, planFile, renderManifest } from '../../../../core/package/manifest.ts';
import { parsePlan } from '../../../../core/package/plan.ts';
import { readPackageFiles } from '../../../../disk/read-package.ts';
import { createTestPorts } from '../../ports.ts';

const arn = (name: string, machine = 'Shop-Release') =>
  `arn:aws:states:eu-central-1:000000000000:execution:${machine}:${name}`;
const environment = {
  STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:000000000000:stateMachine:Shop-Release',
} as PageEnvironment;

/** A package as the evidence holds it, with one file changed. */
function packaged(change: (text: string) => string = (text) => text) {
  const files = new Map(readPackageFiles(join(__dirname, '../../../../examples/orders')));
  const plan = parsePlan(files.get(planFile) ?? '');
  const tier = plan.tiers[1]?.file ?? '';
  files.set(tier, change(files.get(tier) ?? ''));
  const manifest = renderManifest(files);
  files.set(manifestFile, manifest);
  return { tier, text: renderArchive(files, plan, manifest), digest: namedDigest(manifest) };
}

const now = packaged((text) => `${text}-- one more\n`);
const before = packaged();

/** A run that waits, at noon. */
function waiting(): FoundRun {
  const timestamp = new Date('2026-06-03T12:00:00.000Z');
  const gate = {
    ...{ status: 'READY', blockers: '', explanations: [], notes: [], conditions: [] },
    readAt: '2026-06-03T11:59:00.000Z',
  };
  const input = { runId: runIdOf(arn('now')), packageDigest: now.digest, ready: true, gate, documents: {} };
  const payload = { token: 't', input: { ...input, answersLeft: 3, startBySeconds: 5 } };
  const events = [
    { id: 1, timestamp, type: 'ExecutionStarted', executionStartedEventDetails: { input: '{}' } },
    {
      id: 2,
      timestamp,
      type: 'TaskScheduled',
      taskScheduledEventDetails: { parameters: JSON.stringify({ Payload: payload }) },
    },
    { id: 3, timestamp, type: 'TaskSubmitted' },
  ];
  return { events, view: viewExecution(arn('now'), events) };
}

const stores = () => createTestPorts() as unknown as PagePorts;

/** Puts a package into the folder of a run. */
async function keep(ports: PagePorts, name: string, kept: { readonly text: string; readonly digest: string }) {
  const runId = runIdOf(arn(name));
  const facts = { execution: arn(name), archive: namedDigest(kept.text) };
  await recordEvidence(ports, { runId, step: 'check-gate', packageDigest: kept.digest, facts });
  await ports.evidence.writeArchive(runId, kept.text);
}

async function released(ports: PagePorts, name: string, kept: typeof before, machine?: string) {
  await keep(ports, name, kept);
  const listed = { runId: runIdOf(arn(name)), execution: arn(name, machine), archive: namedDigest(kept.text) };
  await listRelease(ports, kept.digest, listed);
}

const shown = (ports: PagePorts) => showChanges(environment, ports, waiting());

test('the first release of a package differs from nothing', async () => {
  const ports = stores();
  await keep(ports, 'now', now);
  expect(await shown(ports)).toEqual({ files: [] });
});

test('the package that waits is compared with the last one that was released before it', async () => {
  const ports = stores();
  await keep(ports, 'now', now);
  await released(
    ports,
    'older',
    packaged((text) => text.toUpperCase()),
  );
  await released(ports, 'last', before);
  await released(
    ports,
    'elsewhere',
    packaged((text) => text.toLowerCase()),
    'Other-Release',
  );
  expect(await shown(ports)).toMatchObject({
    since: { runId: runIdOf(arn('last')), at: '2026-06-03T10:00:00.000Z', packageDigest: before.digest, undone: false },
    files: [
      {
        path: now.tier,
        kind: 'changed',
        added: 1,
        removed: 0,
        hunks: [{ lines: [{}, {}, { mark: '+', text: '-- one more' }] }],
      },
    ],
  });
});

test('a release that was taken back is named so', async () => {
  const ports = stores();
  await keep(ports, 'now', now);
  await released(ports, 'last', before);
  const undo = {
    runId: runIdOf(arn('last')),
    step: 'undo',
    packageDigest: before.digest,
    facts: { outcome: 'undone' },
  };
  await recordEvidence(ports, undo);
  expect(await shown(ports)).toMatchObject({ since: { undone: true } });
});

test('a release that was listed after the run had begun is not what it is compared with', async () => {
  const ports = stores();
  await keep(ports, 'now', now);
  await ports.clock.sleep(3 * 3600 * 1000);
  await released(ports, 'later', before);
  expect(await shown(ports)).toEqual({ files: [] });
});

test.each<[what: string, spoil: (ports: PagePorts) => Promise<void>]>([
  [
    'the package that waits was changed in the evidence',
    (ports) => ports.evidence.writeArchive(runIdOf(arn('now')), before.text),
  ],
  [
    'the last package was changed in the evidence',
    (ports) => ports.evidence.writeArchive(runIdOf(arn('last')), now.text),
  ],
  ['the last package is no archive', (ports) => ports.evidence.writeArchive(runIdOf(arn('last')), '{}')],
])('where %s, nothing is compared', async (_what, spoil) => {
  const ports = stores();
  await keep(ports, 'now', now);
  await released(ports, 'last', before);
  await spoil(ports);
  await expect(shown(ports)).rejects.toMatchObject({
    status: 409,
    message: expect.stringMatching(/nothing was compared/) as string,
  });
});

test('an archive that agrees with its entry, but not with what the approver is asked about, is not compared', async () => {
  const ports = stores();
  await keep(ports, 'now', before);
  await released(ports, 'last', before);
  await expect(shown(ports)).rejects.toMatchObject({ status: 409 });
});
