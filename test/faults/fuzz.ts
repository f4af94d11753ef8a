import { randomFrom } from '../../tools/chaos/random.ts';

/** Texts that have broken shells, SQL, templates and logs before. */
const hostile = [
  "'",
  '"',
  '`',
  '\\',
  '$',
  '$$',
  ';',
  '--',
  '/*',
  '*/',
  '\n',
  '\r',
  '\t',
  '\u0000',
  '\u001b[31m',
  '%s',
  '%',
  '&',
  '|',
  '<',
  '>',
  '(',
  ')',
  '$(id)',
  '`id`',
  '${IFS}',
  '{{ssm:x}}',
  '{{ ratifiedApr }}',
  '\\! id',
  "'; drop table governance_registry; --",
  ":'x'",
  '\\gset',
  '../',
  '*',
  '?',
  '~',
  '#',
  ' ',
  '\u2019',
  '\uFF07',
  '\u0410\u0420\u0420',
  '\u202E',
  '\u200B',
  '\uFEFF',
  'A\u0301',
  '\u{1F600}',
  '٣',
  'ſ',
  'K',
  '-',
  '--',
  'APR-',
  'APR-A',
  'apr-a',
  'APR_A',
  '- -',
];
const plain = ['A', 'Z', '0', '9', 'APR', 'BOOT', 'AUTHMODEL', '1', 'a', 'f', '-'];

/** A list of strings that the seed alone decides; every one holds something no code may hold, the last is 1 MB. */
export function hostileStrings(count: number, seed: number): string[] {
  const random = randomFrom(seed);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? '';
  const strings = Array.from({ length: count - 1 }, (_, index) => {
    const parts = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(random() < 0.5 ? hostile : plain));
    // Half of them look right and carry one thing that is not.
    return index % 2 === 0 ? `APR-${parts.join('')}${pick(hostile)}` : `${pick(hostile)}${parts.join('')}`;
  });
  return [...strings, `APR-${'A'.repeat(1_000_000)}`];
}
