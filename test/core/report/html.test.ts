import { endings } from '../../../core/ending/ending-table.ts';
import { styleSheet } from '../../../core/report/html-style.ts';
import { hostile, playRun, playStopped } from './runs.ts';

const titles = {
  released: 'Released and verified',
  released_check_failed: 'Released, with a value to look at',
  gate_closed: 'Not started: the gate is closed',
  documents_differ: 'Not started: the commands differ',
  gate_not_checked: 'Not started: the checks could not be completed',
  rejected: 'Rejected by the approver',
  no_valid_apr: 'Not approved: no valid code',
  expired: 'Not approved: nobody answered',
  stale: 'Not approved: things had changed',
  would_not_end_well: 'Not started: it would not end well',
  preflight_failed: 'Stopped before the first change',
  rolled_back: 'Failed, and rolled back completely',
  nothing_to_roll_back: 'Failed before anything was changed',
  needs_a_human: 'An engineer is needed now',
};

function all(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map(([, found]) => found ?? '');
}

describe('the page of a run', () => {
  it.each(endings)('that ended as %s says so in one heading, and what to do', async (name) => {
    const { html } = await playRun(name);
    expect(all(html, /<h1>(.*?)<\/h1>/g)).toEqual([titles[name]]);
    expect(all(html, /<div><h2>(.*?)<\/h2>/g)).toEqual(['What happened', 'The database now', 'What to do next']);
    expect(html).not.toContain('undefined');
    expect(html).not.toContain('NaN');
  });

  it.each(endings)('that ended as %s lets no text become markup', async (name) => {
    const plain = await playRun(name);
    const attacked = await playRun(name, hostile);
    const elements = (html: string) => [...new Set(all(html, /<([a-z][a-z0-9]*)/g))].sort();
    expect(elements(attacked.html)).toEqual(elements(plain.html));
    expect(attacked.html).not.toMatch(/<script|<img|onerror='|\u202e/);
    expect(all(attacked.html, /(<\/style>)/g)).toHaveLength(1);
  });

  it('shows hostile text as text, so that this test means something', async () => {
    const { html, markdown } = await playRun('gate_closed', hostile);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(markdown).not.toMatch(/<script|<img|<\/style/);
    expect(markdown.split('\n')).not.toContain('## x');
  });

  it('shows what the trial took: locks by their names in SQL, and the time of each script', async () => {
    const { html, markdown } = await playRun('released');
    expect(html).toContain('id="trial"');
    expect(markdown).toMatch(/^\| articles +\| share +\|$/m);
    expect(markdown).toMatch(/^\| tier-1 +\| 0\.40 s +\|$/m);
    expect((await playRun('would_not_end_well')).html).not.toContain('id="trial"');
  });

  it('shows the time of each statement, folded, the slowest first, and the Markdown the slowest of all', async () => {
    const { html, markdown } = await playRun('released');
    const tier = /<details><summary>tier-1: 2 statements, the slowest 70\.0 ms<.*?<\/details>/s.exec(html)?.[0] ?? '';
    expect(all(tier, /<th scope="col"[^>]*>(.*?)<\/th>/g)).toEqual(['Statement', 'Rows', 'Trial, ms', 'Release, ms']);
    expect(all(tier, /<tr>(<th scope="row".*)<\/tr>/g).map((row) => row.replaceAll(/<[^>]+>/g, ' ').trim())).toEqual([
      expect.stringMatching(/^No\. 1 +70\.0 +0\.5$/),
      expect.stringMatching(/^No\. 2 +1200 +12\.3 +34\.5$/),
    ]);
    expect(html).toContain('<summary>undo: 1 statements, the slowest 9.0 ms<');
    expect(markdown).toMatch(
      /^\| tier-1 \| No. 1 \| +\| 70\.0 \| 0\.5 \|\n\| tier-0 \| No. 2 \| 1200 \| +\| 34\.5 \|$/m,
    );
    expect((await playRun('would_not_end_well')).html).not.toContain('id="statements"');
    const { files } = await playStopped();
    for (const [name, text] of files)
      if (/^rollback-\d{4}\.(html|md)$/.test(name)) expect(text).not.toContain('per statement');
  });

  it('needs no network and no script: the policy allows nothing but its own style sheet', async () => {
    const { html } = await playRun('released');
    expect(html).toContain('default-src &#39;none&#39;');
    expect(html).not.toMatch(/(src|href)="(?!#|data:,)/);
    expect(html).not.toMatch(/url\(|@import|<script/);
  });

  it('has the structure that a screen reader needs', async () => {
    for (const name of endings) {
      const { html } = await playRun(name);
      const ids = all(html, / id="([^"]+)"/g);
      expect(new Set(ids).size).toBe(ids.length);
      for (const target of all(html, /href="#([^"]+)"/g)) expect(ids).toContain(target);
      for (const label of all(html, /aria-labelledby="([^"]+)"/g).flatMap((list) => list.split(' ')))
        expect(ids).toContain(label);
      expect(all(html, /(<table>\s*<caption>)/g)).toHaveLength(all(html, /(<table>)/g).length);
      expect(html).not.toMatch(/<th>|<th class/);
      expect(html).toMatch(/<main>[\s\S]*<\/main>\n<footer>/);
    }
  });

  it('draws what happened, and says the drawing in words', async () => {
    const { html } = await playRun('rolled_back');
    const [words] = all(html, /<desc id="graph-text">(.*?)<\/desc>/g);
    expect(words).toContain('0 Inspection: done; 1 Tables: done, then taken back; 2 Currencies: done, then taken back');
    expect(words).toContain('3 Prices: failed; 8 Closing: not reached; Post checks: not reached');
    expect(words).toContain('Fence: done; Undo: done; Prove baseline: done; Rolled back: done');
  });

  it('proves the rollback, part by part', async () => {
    const { html } = await playRun('rolled_back');
    expect(html).toContain('2 of 2 parts of the fingerprint are equal');
    expect(html).toContain('FULL ROLLBACK OK: priced=0 list=absent');
  });

  it('of a rollback that nobody waited for tells of the release that was stopped', async () => {
    const { files } = await playStopped();
    const html = [...files].find(([name]) => /^rollback-\d{4}\.html$/.test(name))?.[1] ?? '';
    expect(all(html, /<h1>(.*?)<\/h1>/g)).toEqual(['Stopped, and rolled back completely']);
    expect(html).toContain('The release was stopped at the step');
    expect(html).toContain('WHS-2026-11');
  });

  it('is the same, byte by byte, for the same evidence', async () => {
    const [one, two] = [await playRun('released'), await playRun('released')];
    expect(one.files).toEqual(two.files);
  });
});

/** WCAG 2: relative luminance and contrast of two colours. */
function luminance(colour: string): number {
  const hex = colour.length === 4 ? colour.slice(1).replace(/./g, '$&$&') : colour.slice(1);
  const [red = 0, green = 0, blue = 0] = (hex.match(/../g) ?? []).map((pair) => {
    const value = parseInt(pair, 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, two: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(two)].sort((left, right) => right - left);
  return (light + 0.05) / (dark + 0.05);
}

describe('the colours', () => {
  const schemes = styleSheet
    .split(':root{')
    .slice(1)
    .map((part) => {
      return new Map(
        part
          .slice(0, part.indexOf('}'))
          .split(';')
          .map((line) => {
            const [name = '', value = ''] = line.trim().split(':');
            return [name, value] as const;
          }),
      );
    });

  it.each(['light', 'dark', 'print'].map((name, index) => [name, index] as const))(
    'of %s keep 4.5:1',
    (_name, index) => {
      const colour = (name: string) => schemes[index]?.get(`--${name}`) ?? '';
      const grounds = ['bg', 'card', 'good-bg', 'warn-bg', 'bad-bg', 'calm-bg'];
      const pairs = [
        ...grounds.flatMap((ground) => [
          ['ink', ground],
          ['soft', ground],
        ]),
        ...['good', 'warn', 'bad', 'calm'].flatMap((tone) =>
          ['bg', 'card', `${tone}-bg`, 'warn-bg', 'bad-bg'].map((ground) => [tone, ground]),
        ),
      ];
      for (const [text = '', ground = ''] of pairs)
        expect([text, ground, contrast(colour(text), colour(ground)) >= 4.5]).toEqual([text, ground, true]);
    },
  );
});
