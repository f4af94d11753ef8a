import { join } from 'node:path';
import { canonicalJson, namedDigest, sha256Hex } from '../../../core/base/digest.ts';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { parseArchive } from '../../../core/package/archive.ts';
import { archiveFile } from '../../../core/package/archive-file.ts';
import { describePackage } from '../../../core/package/package.ts';
import { arrangeFolder } from '../../../core/report/run-folder.ts';
import { verifyFolder } from '../../../core/report/verify.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { createRunPorts, execution, playReport, runId } from './runs.ts';

const released = describePackage(readPackageFiles(join(__dirname, '../../../examples/orders')));
const tier = released.scripts.find(({ script }) => script.id === 'tier-1');
if (tier === undefined) throw new Error('orders has no tier 1');

/** Plays a run whose folder holds a package (or what was `stored` in its place), and whose tier 1 sent one command. */
async function play({
  archive = released.archive,
  stored = undefined as string | undefined,
  digest = released.digest,
  sha256 = tier?.sha256 ?? '',
} = {}) {
  const ports = createRunPorts();
  await ports.evidence.writeArchive(runId, stored ?? archive);
  const entry = { runId, packageDigest: digest };
  const facts = { execution: execution.Id, archive: namedDigest(archive) };
  await recordEvidence(ports, { ...entry, step: 'check-gate', facts });
  const sent = { commandId: 'c-1', comment: `one-roof/${runId}/tier-1`, document: 'd', documentVersion: '1', sha256 };
  await recordEvidence({ ...ports, commandsSent: [sent] }, { ...entry, step: 'tier-1-failed', facts: { error: 'x' } });
  await playReport(ports, execution, { runId, packageDigest: digest }, { packageDigest: digest });
  return ports.files;
}

/** The archive with one thing changed, in canonical form as everything else of it. */
function changed(change: (archive: { manifest: string; files: Record<string, string> }) => object): string {
  const archive = parseArchive(released.archive);
  if (archive === undefined) throw new Error('not an archive');
  return canonicalJson({ ...archive, ...change({ manifest: archive.manifest, files: { ...archive.files } }) });
}

describe('the folder of a run holds the package, and needs no checkout:', () => {
  it('what was approved and what each command carried is proven by the folder alone', async () => {
    const files = await play();
    expect(verifyFolder(files)).toMatchObject({ findings: [], holdsPackage: true, commands: 1 });
    expect(files.get('report.html')).toContain(`<summary>Tier 1 `);
    expect(files.get('report.html')).toContain('create table');
  });

  it.each([
    ['a tier is another', tier.script.file, 'create table forged ();'],
    ['a file is more', 'forged.sql', 'create table forged ();'],
  ])('a package that was replaced in the store, where %s, is not what the report shows', async (_what, file, text) => {
    const stored = changed(({ files }) => ({ files: { ...files, [file]: text } }));
    const files = await play({ stored });
    expect(files.get('report.html')).not.toMatch(/forged|<summary>Tier 1 /);
    expect(files.get('report.md')).not.toContain('forged');
    const problem = 'is not the package that the first entry names';
    expect(verifyFolder(files).findings).toContainEqual({ file: archiveFile, problem });
  });

  it('the archive holds every file that a script is made of, and not the generated copies', () => {
    const { files = {}, manifest = '' } = parseArchive(released.archive) ?? {};
    for (const each of [
      'release.json',
      'runner/prelude.sql',
      'runner/wrapper.sh',
      'runner/inside.sh',
      tier.script.file,
    ])
      expect(files).toHaveProperty([each]);
    for (const [path, text] of Object.entries(files)) expect(manifest).toContain(`${sha256Hex(text)}  ${path}\n`);
  });

  it('a changed byte of the archive, and an archive that is missing, are named', async () => {
    const files = await play();
    for (const position of [0, 40, Math.floor(released.archive.length / 2), released.archive.length - 2]) {
      const text = released.archive;
      const forged = `${text.slice(0, position)}#${text.slice(position + 1)}`;
      expect(verifyFolder(new Map([...files, [archiveFile, forged]])).findings).toContainEqual({
        file: archiveFile,
        problem: 'is not the package that the first entry names',
      });
    }
    const without = new Map([...files].filter(([name]) => name !== archiveFile));
    const verified = verifyFolder(without);
    expect(verified.holdsPackage).toBe(false);
    expect(verified.findings).toContainEqual({ file: archiveFile, problem: 'is missing' });
    const noText = verifyFolder(new Map([...files, [archiveFile, undefined]]));
    expect(noText.findings).toContainEqual({ file: archiveFile, problem: 'is not UTF-8 text' });
  });

  it.each([
    [
      'a file of it changed',
      changed(({ files }) => ({ files: { ...files, 'release.json': '{}' } })),
      'release.json in it',
    ],
    [
      'a file added',
      changed(({ files }) => ({ files: { ...files, 'tiers/99.sql': 'drop table x;' } })),
      'tiers/99.sql in it',
    ],
    ['its manifest changed', changed(({ manifest }) => ({ manifest: `${manifest}\n` })), 'its manifest is not'],
    ['something beside it', changed(() => ({ more: 1 })), 'is not the archive of a package'],
    ['white space', ` ${released.archive}`, 'is not the archive of a package'],
    ['no archive at all', 'nothing', 'is not the archive of a package'],
  ])(
    'one that was rewritten together with its entry, with %s, is not the approved package',
    async (_what, archive, said) => {
      const verified = verifyFolder(await play({ archive }));
      expect(verified.holdsPackage).toBe(false);
      expect(verified.findings.map(({ problem }) => problem).join()).toContain(said);
    },
  );

  it('a command that carried other SQL is named, by its id', async () => {
    const { findings } = verifyFolder(await play({ sha256: 'f'.repeat(64) }));
    const problem = 'command c-1 (tier-1) carried SQL that the package does not hold';
    expect(findings).toEqual([{ file: '0002.json', problem }]);
  });

  it('an archive that no entry names is not believed', async () => {
    const ports = createRunPorts();
    await recordEvidence(ports, { runId, step: 'check-gate', packageDigest: released.digest, facts: {} });
    await playReport(ports, execution, {}, { packageDigest: released.digest });
    const files = new Map([...ports.files, [archiveFile, released.archive]]);
    expect(verifyFolder(files).findings).toEqual([{ file: archiveFile, problem: 'is named by no entry' }]);
  });

  it('it lies beside the entries: one among the reports, or that is no file, is a stranger', () => {
    const entry = { path: '0001.json', kind: 'file', text: 'x' } as const;
    for (const [path, kind] of [
      [`report/${archiveFile}`, 'file'],
      [archiveFile, 'symbolic link'],
      [`x${archiveFile}`, 'file'],
    ] as const) {
      const { findings, folder } = arrangeFolder([entry, { path, kind, text: 'x' }]);
      expect(findings.map(({ file }) => file)).toEqual([path]);
      expect(folder.has(archiveFile)).toBe(false);
    }
  });
});
