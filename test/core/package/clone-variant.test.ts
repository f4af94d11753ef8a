import { cloneName, clonePattern, cloneVariant, databaseGuard } from '../../../core/package/clone-variant.ts';
import { sha256Hex } from '../../../core/base/digest.ts';
import { flatten } from '../../../core/package/flatten.ts';
import { describePackage } from '../../../core/package/package.ts';
import { rehearsalScripts, variantDigests } from '../../../core/rehearsal/scripts.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { inProject } from '../../end-to-end/rehearsal/stage.ts';

const files = readPackageFiles(inProject('sql'));
const release = describePackage(files);
const guard = databaseGuard('directus');
const selfContained = release.scripts.map(({ script, text }): [string, string] => [script.file, text]);

test.each(selfContained)('%s: the variant replaces one line and leaves every other byte as it is', (path, text) => {
  const [before, after] = [text.split('\n'), cloneVariant(path, text, 'directus').split('\n')];
  const changed = before.flatMap((line, index) => (line === after[index] ? [] : [line]));
  expect(after).toHaveLength(before.length);
  expect(changed).toEqual([guard]);
  expect(after.join('\n')).not.toContain(guard);
});

test.each(['', `${guard}\n${guard}`, ` ${guard}`, `${guard}\nselect 'directus'  as guarded_database \\gset`])(
  'a file whose guard is not there exactly once is refused: %j',
  (text) => {
    expect(() => cloneVariant('prod/x.sql', text, 'directus')).toThrow(/database guards/);
  },
);

test('a clone is named after the instant, and production never matches', () => {
  const name = cloneName('directus', new Date('2026-06-03T10:15:30.999Z'));
  expect(name).toBe('directus_rehearsal_20260603T101530Z');
  const pattern = new RegExp(clonePattern('directus'));
  expect([name, 'directus', `${name}x`, `x${name}`].map((text) => pattern.test(text))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('nothing of a rehearsal goes to production but the two scripts that only read, unchanged', () => {
  const scripts = rehearsalScripts(release, readPackageFiles(inProject('sql', 'runner')));
  const onProduction = scripts.filter(({ runsOn }) => runsOn === 'production');
  expect(onProduction.map(({ script }) => script.id)).toEqual([
    'rehearsal-production-fingerprint',
    'rehearsal-production-probe',
  ]);
  for (const { script, text } of onProduction) {
    expect(script.mutates).toBe(false);
    expect(text).toBe(flatten(files, script.file).text);
  }
});

test('what makes a clone ready is sent to clones only, and not without the refusal of every other database', () => {
  const own = readPackageFiles(inProject('sql', 'runner'));
  const sent = rehearsalScripts(release, own).filter(({ role }) => role === 'prepare');
  expect(sent.map(({ script, runsOn }) => [script.id, runsOn])).toEqual([['rehearsal-prepare-clone', 'clone']]);
  expect(release.scripts.map(({ script }) => script.id)).not.toContain('prepare-clone');
  const unguarded = { ...release, prepare: { ...release.prepare, text: 'select 1;' } };
  expect(() => rehearsalScripts(unguarded, own)).toThrow(
    /prepare_clone.sql does not include runner\/rehearsal\/settings.sql/,
  );
});

test('both digests of each script are named, and they differ', () => {
  for (const [id, [original, variant]] of Object.entries(variantDigests(release))) {
    const { text } = release.scripts.find(({ script }) => script.id === id)!;
    expect(original).toBe(sha256Hex(text));
    expect(variant).not.toBe(original);
  }
});
