import type { EndingName } from '../../core/ending/ending-table.ts';
import { hostile, playRun } from '../core/report/runs.ts';
import { findChromium, view } from './chromium.ts';

const found = findChromium();
const chromium = found ?? '';
if (found === undefined) {
  console.log('skipped: no Chromium on this machine (apt-get install chromium, or name one in CHROMIUM)');
}
const inBrowser = found === undefined ? describe.skip : describe;

const measure = `
  const box = (selector) => { const { width, height } = document.querySelector(selector).getBoundingClientRect(); return { width, height }; };
  const frames = [...document.querySelectorAll('.scroll')].map((frame) => frame.scrollWidth - frame.clientWidth);
  const outside = [...document.querySelectorAll('figure svg text')].filter((text) => text.getBoundingClientRect().right > innerWidth).length;
  parent.document.title = JSON.stringify({
    width: innerWidth, page: document.documentElement.scrollWidth, drawing: box('figure svg'), title: box('h1'), frames, outside,
    small: Math.min(...[...document.querySelectorAll('p,td,th,dd,li')].map((element) => parseFloat(getComputedStyle(element).fontSize))),
    ground: getComputedStyle(document.body).backgroundColor,
  });`;

interface Measured {
  readonly width: number;
  readonly page: number;
  readonly drawing: { readonly width: number; readonly height: number };
  readonly title: { readonly width: number; readonly height: number };
  readonly frames: readonly number[];
  readonly outside: number;
  readonly small: number;
  readonly ground: string;
}

async function measured(html: string, width: number, dark = false): Promise<Measured> {
  const { title } = await view(chromium, html, { width, dark, measure });
  return JSON.parse(title.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as Measured;
}

const kinds: EndingName[] = ['released', 'rolled_back', 'gate_closed'];
const sizes = kinds.flatMap((name) => [1280, 390].map((width) => [name, width] as const));

inBrowser('a report in a browser', () => {
  it.each(sizes)('%s at %d px: nothing is wider than the page, and the drawing is visible', async (name, width) => {
    const { html } = await playRun(name);
    const seen = await measured(html, width);
    expect(seen.width).toBe(width);
    expect(seen.page).toBeLessThanOrEqual(width);
    expect(seen.drawing.width).toBeGreaterThan(300);
    expect(seen.drawing.height).toBeGreaterThan(300);
    expect(seen.title.height).toBeGreaterThan(20);
    expect(seen.outside).toBe(0);
    expect(seen.small).toBeGreaterThanOrEqual(12);
  });

  it('keeps the page narrow also with text that cannot be broken', async () => {
    const { html } = await playRun('gate_closed', 'x'.repeat(400));
    const seen = await measured(html, 390);
    expect(seen.page).toBeLessThanOrEqual(390);
  });

  it('would notice a page that is too wide', async () => {
    const { html } = await playRun('released');
    const broken = html.replace(
      '<main>',
      '<main><div>x<span>'.replace('<div>', '<div class="mono">') + 'w'.repeat(900) + '</span></div>',
    );
    const wide = broken.replace('overflow-wrap:anywhere', '');
    expect((await measured(wide, 390)).page).toBeGreaterThan(390);
  });

  it.each(kinds)('%s writes nothing to the console, and its policy lets its own style act', async (name) => {
    const { html } = await playRun(name, hostile);
    expect((await view(chromium, html, { width: 1280 })).console).toEqual([]);
  });

  it('would notice a script, which the policy refuses', async () => {
    const { html } = await playRun('released');
    const injected = html.replace('<main>', '<main><script>console.log("acted")</script>');
    const { console: lines } = await view(chromium, injected, { width: 1280 });
    expect(lines.join('\n')).toContain('Content Security Policy');
    expect(lines.join('\n')).not.toContain('"acted"');
  });

  it('is dark where people asked for dark', async () => {
    const { html } = await playRun('released');
    const [light, dark] = [await measured(html, 1280), await measured(html, 1280, true)];
    expect(light.ground).not.toBe(dark.ground);
  });
});
