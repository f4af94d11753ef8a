import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describePackage } from '../../../core/package/package.ts';
import { reviewFile } from '../../../core/package/review.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { readReviews } from '../../../disk/read-reviews.ts';
import { oneRoof } from '../stage.ts';

let folder: string;
const digest = () => describePackage(readPackageFiles(folder)).digest;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-review-'));
  cpSync(join(__dirname, '../../../examples/smallest'), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const review = (name: string) => oneRoof('review', '--package', folder, '--declared-by', name);

describe('one-roof review', () => {
  it('declares who has read which package, beside it: what is approved stays the same', async () => {
    const before = digest();
    expect(readReviews(folder)).toEqual([]);
    expect(await review('Ann Example')).toMatchObject({ exitCode: 0 });
    expect((await review('Bob <b>')).stdout).toContain(before);
    expect(digest()).toBe(before);
    const declared = readReviews(folder).map(({ by, packageDigest }) => [by, packageDigest]);
    expect(declared).toEqual([
      ['Ann Example', before],
      ['Bob <b>', before],
    ]);
  });

  it('a later review by the same person replaces the earlier one', async () => {
    await review('Ann');
    const first = readFileSync(join(folder, reviewFile('Ann')), 'utf8');
    writeFileSync(join(folder, reviewFile('Ann')), first.replace(/sha256:[0-9a-f]/, 'sha256:0'));
    await review('Ann');
    expect(readReviews(folder).map(({ packageDigest }) => packageDigest)).toEqual([digest()]);
  });

  it('refuses a package that differs from its manifest, and nobody', async () => {
    expect(await review(' ')).toMatchObject({ exitCode: 2 });
    writeFileSync(join(folder, 'release.json'), `${readFileSync(join(folder, 'release.json'), 'utf8')}\n`);
    const { exitCode, stderr } = await review('Ann');
    expect([exitCode === 0, stderr]).toEqual([false, expect.stringContaining('differs from its manifest')]);
    expect(readReviews(folder)).toEqual([]);
  });

  it('a file that is no review is named, not overlooked', async () => {
    await review('Ann');
    for (const text of ['{}', '', '{"format":"one-roof-review/1","by":"x","at":"now","packageDigest":"sha256:1"}']) {
      writeFileSync(join(folder, 'reviews/bob.json'), text);
      expect(() => readReviews(folder)).toThrow('reviews/bob.json is not a review');
    }
  });

  it('is not overlooked where something else lies in the place of the reviews', () => {
    writeFileSync(join(folder, 'reviews'), '');
    expect(() => readReviews(folder)).toThrow(/reviews.* cannot be read/);
  });

  it.each([
    ['Müller', 'Möller'],
    ['Ann Example', 'ann-example'],
    ['Ann Example', 'Ann  Example'],
  ])('%s does not write over the review of %s', async (one, other) => {
    await review(one);
    await review(other);
    expect(
      readReviews(folder)
        .map(({ by }) => by)
        .sort(),
    ).toEqual([one, other].sort());
  });

  it.each([
    ['Ann Example', 'reviews/ann-example-258e1c65.json'],
    ['../../etc/passwd', 'reviews/etc-passwd-3754d6cb.json'],
    ['Юлия', 'reviews/person-bd0c1e72.json'],
    ['..', 'reviews/person-5ec1f7e7.json'],
    ['x'.repeat(200), `reviews/${'x'.repeat(60)}-aa20c23e.json`],
  ])('the file of %s is %s', (name, file) => expect(reviewFile(name)).toBe(file));
});
