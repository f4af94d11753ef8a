import { bold, inline, plain, table } from '../../../core/report/markdown-text.ts';
import { playRun } from './runs.ts';

/** What a viewer acts on, with everything taken out that is escaped, and words too. */
function acting(markdown: string): string[] {
  return markdown.split('\n').map((line) => {
    const raw = line.replace(/\\[!-/:-@[-`{-~]/g, '').replace(/&(amp|lt|gt|#\d+);/g, '');
    return `${/^ *(#+ |\d+[.)] |[-+>=] ?| {4})/.exec(raw)?.[0] ?? ''}${raw.replace(/[^\\`*[\]|<>~$]|(?<=\w)_(?=\w)/g, '')}`;
  });
}

const attacks = [
  '![x](https://evil.example/pixel.png)',
  '[click](javascript:alert(1))',
  '[ref]: https://evil.example "t"',
  '<https://evil.example> <img src=x onerror=y> <!-- -->',
  '*stars* **bold** __under__ ~~gone~~ _it_',
  '`code` ``` fence',
  '~~~ fence',
  '| a | b |\n|---|---|',
  'x\n\n# Ended as released\n\n* item',
  '# heading',
  '- item',
  '1. item',
  '2) item',
  '    indented code',
  '> quote',
  '===',
  '\\[escaped already](x) \\',
  '$a$ $$b$$ $`c`$',
  '&lt;b&gt; &#60;b&#62;',
  'https://evil.example www.evil.example',
];

test.each(attacks)('the Markdown of a report shows %j as text', async (attack) => {
  for (const name of ['gate_closed', 'rejected', 'rolled_back', 'no_valid_apr'] as const) {
    const [harmless, attacked] = [await playRun(name), await playRun(name, attack)];
    expect(acting(attacked.markdown)).toEqual(acting(harmless.markdown));
    expect(attacked.markdown).not.toMatch(/:\/\/|www\./);
  }
});

test('marks that turn text, and controls, are shown with their escapes in Markdown and HTML', async () => {
  const { markdown, html } = await playRun('gate_closed', 'a\u202eb\u0007c\u200bd');
  expect(markdown).toContain('a\\\\u202eb\\\\u0007c\\\\u200bd');
  expect(html).toContain('a\\u202eb\\u0007c\\u200bd');
  expect(markdown + html).not.toMatch(/[\u202e\u0007\u200b]/);
});

test.each([
  ['resp_ownership_gap', 'resp_ownership_gap'],
  ['gap<>210;', 'gap&lt;&gt;210;'],
  ['a -5 b', 'a -5 b'],
  ['_edge_', '\\_edge\\_'],
])('%s stays readable: %s', (text, expected) => {
  expect(inline(text)).toBe(expected);
});

test('what begins a line cannot make a list or a heading of it; a number in a cell stays a number', () => {
  expect([plain('  # x'), plain('- x'), plain('12. x'), plain('x')]).toEqual(['\\# x', '\\- x', '12\\. x', 'x']);
  expect(table(['n'], [['-5'], [bold('a*b')]])).toEqual(['| n |', '| --- |', '| -5 |', '| **a\\*b** |', '']);
});
