import { code, Markdown, table } from '../../core/report/markdown-text.ts';
import { removals } from '../chaos/sabotages/all.ts';
import type { Removal } from '../chaos/sabotages/sabotage.ts';

/** `D2` before `D10`, and the letters in the order of the page. */
function place(attack: string): number {
  return 'DMEAP'.indexOf(attack.charAt(0)) * 100 + Number(attack.slice(1));
}

/** What is damaged, and which tests notice it. */
function noticed(of: readonly Removal[]): Markdown {
  const names = of.map(({ check }) => (check[2] ?? '').replace(/\.test(\.ts)?$/, ''));
  const tests = [...new Set(names)].sort().map((name) => `${name}.test.ts`);
  return new Markdown(tests.map((test) => code(test).source).join(', '));
}

/** The defences of each attack of docs/security.md, by the sabotages that take them away: a page that is written by hand forgets some. */
export function sabotageTable(): string {
  const attacks = [...new Set(removals.map(({ against }) => against))].sort((one, other) => place(one) - place(other));
  const rows = attacks.map((attack) => {
    const of = removals.filter(({ against }) => against === attack);
    return [attack, of.map(({ name }) => name).join('; '), noticed(of)];
  });
  return table(['attack', 'sabotages', 'noticed by'], rows).join('\n');
}
