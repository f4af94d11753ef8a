import { renderSums, digestsOf } from '../../../core/report/sums.ts';
import { verifyFolder } from '../../../core/report/verify.ts';
import { playRun } from './runs.ts';

let mockRenderer: string | undefined = 'renderer-older';
jest.mock('../../../core/report/renderer.ts', () => ({
  get renderer() {
    return mockRenderer;
  },
}));

const names = ['report.html', 'report.json', 'report.md'];

/** The folder of a run that an older version wrote, with files that this version would write in another way. */
async function older(differently: Readonly<Record<string, (text: string) => string>>) {
  mockRenderer = 'renderer-older';
  const { files } = await playRun('released');
  for (const [name, change] of Object.entries(differently)) files.set(name, change(files.get(name) ?? ''));
  const texts = new Map(names.map((name) => [name, files.get(name) ?? '']));
  files.set('report.sums', renderSums('report', digestsOf(texts)));
  mockRenderer = 'renderer-newer';
  return files;
}

const otherPage = { 'report.html': (html: string) => html.replace('</body>', '<p>As it was once.</p></body>') };
const otherFiles = {
  ...otherPage,
  'report.md': (text: string) => `${text}\nAs it was once.\n`,
  'report.json': (text: string) => JSON.stringify(JSON.parse(text)),
};
const edited = (files: ReadonlyMap<string, string>, name: string) =>
  new Map(files).set(name, (files.get(name) ?? '').replace(/[a-z]{4}(?=[^a-z])/, 'fake'));

test.each([
  ['a page', otherPage],
  ['every file', otherFiles],
])('%s of another version is proven by its digest, and the version is named', async (_what, differently) => {
  const { findings, reports } = verifyFolder(await older(differently));
  expect(findings).toEqual([]);
  expect(reports).toEqual([expect.objectContaining({ base: 'report', renderer: 'renderer-older' })]);
});

test.each(names)('an edited %s is caught, also where another version wrote it', async (name) => {
  const files = await older(otherFiles);
  const { findings } = verifyFolder(edited(files, name));
  expect(findings).toContainEqual({
    file: name,
    problem: expect.stringMatching(
      /has the digest of \(renderer-older wrote it, and this version, renderer-newer,/,
    ) as string,
  });
});

test('an edited entry is caught, also the last one, which no other entry follows', async () => {
  const files = await older(otherFiles);
  for (const name of [...files.keys()].filter((file) => /^\d{4}\.json$/.test(file))) {
    const { findings } = verifyFolder(edited(files, name));
    expect([name, findings.map(({ file }) => file)]).toEqual([name, expect.arrayContaining([name])]);
  }
});

test('a page of another version without its digest cannot be told here, and that is said', async () => {
  const files = await older(otherPage);
  files.delete('report.sums');
  expect(verifyFolder(files).findings).toEqual([
    { file: 'report.html', problem: expect.stringContaining('renderer-older wrote it') as string },
    { file: 'report.sums', problem: 'is missing' },
  ]);
});

test('what this version renders to the same bytes needs no digest, whoever wrote it', async () => {
  const { findings, reports } = verifyFolder(await older({}));
  expect([findings, reports[0]?.renderer]).toEqual([[], undefined]);
});

test('digests that were changed are named, not the files that this version renders to the same bytes', async () => {
  const files = await older({});
  files.set('report.sums', (files.get('report.sums') ?? '').replace(/^[0-9a-f]{8}/, '00000000'));
  expect(verifyFolder(files).findings).toEqual([
    { file: 'report.sums', problem: 'does not hold the digests of the files of this report' },
  ]);
});

test('a folder from before versions were named is judged as it was', async () => {
  mockRenderer = undefined;
  const { files } = await playRun('released');
  files.delete('report.sums');
  mockRenderer = 'renderer-newer';
  expect(verifyFolder(files).findings).toEqual([]);
  expect(verifyFolder(edited(files, 'report.html')).findings).toEqual([
    { file: 'report.html', problem: 'is not what report.json renders to' },
  ]);
});
