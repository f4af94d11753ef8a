import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(__dirname, 'results.md');
const head =
  '# Measurements\n\nWritten by `npm run bench`; a table alone by `npm run bench -- --only TABLE`. Figures are judged by medians. ' +
  'Ratios are minimum / median / maximum over the median of what the row compares with, from the same interleaved rounds, so ' +
  'other work on the machine affects both sides alike.\n';

/** One table as it is kept in results.md. */
export interface Section {
  readonly name: string;
  readonly text: string;
  /** Versions and machine with which the table was measured. */
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

/** Counts the limits that were set and lists those that were missed, read from the tables themselves. */
function summary(text: string): string {
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const judged = rows.filter(
    (cells) => cells[cells.length - 3] !== undefined && cells[cells.length - 3]?.startsWith('≤'),
  );
  const missed = judged.filter((cells) => cells[cells.length - 2]?.includes('**missed**'));
  const met = judged.filter((cells) => cells[cells.length - 2]?.startsWith('met'));
  const lines = missed.map(
    (cells) => `* ${cells[1] ?? ''} (${cells[cells.length - 3] ?? ''}): ${cells[cells.length - 2] ?? ''}`,
  );
  return `${judged.length} figures: ${met.length} met, ${missed.length} missed.\n\n${lines.join('\n')}\n`;
}

/** Writes tables into results.md. Each replaces its previous version; the others stay. */
export function keepResults(sections: readonly Section[]): void {
  const kept = keptSections();
  for (const { name, text, machine } of sections) {
    const day = new Date().toISOString().slice(0, 10);
    kept.set(name, `${marker(name)}\n\n${text}\n${day} · ${machine}\n\n`);
  }
  const text = [...kept.values()].join('').trimEnd();
  writeFileSync(file, `${head}\n${summary(text)}\n${text}\n`);
}
