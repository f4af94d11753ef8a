import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(__dirname, 'results.md');
const head =
  '# Measurements\n\nWritten by `npm run bench`; a table alone by `npm run bench -- --only TABLE`. Medians; a ratio is of ' +
  'medians of the same interleaved rounds, so other work on the machine falls on both sides alike.\n';

/** One table, as it is kept. */
export interface Section {
  readonly name: string;
  readonly text: string;
  /** Versions and machine that it was measured with. */
  readonly machine: string;
}

function marker(name: string): string {
  return `<!-- table: ${name} -->`;
}

function keptSections(): Map<string, string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const parts = text.split(/^(?=<!-- table: )/m).slice(1);
  return new Map(parts.map((part) => [/^<!-- table: (\S+) -->/.exec(part)?.[1] ?? '', part] as const));
}

/** Puts tables into results.md, each in place of its last one; the others stay. */
export function keepResults(sections: readonly Section[]): void {
  const kept = keptSections();
  for (const { name, text, machine } of sections) {
    const day = new Date().toISOString().slice(0, 10);
    kept.set(name, `${marker(name)}\n\n${text}\n${day} · ${machine}\n\n`);
  }
  writeFileSync(file, `${head}\n${[...kept.values()].join('').trimEnd()}\n`);
}
