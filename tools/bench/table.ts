import { median } from './statistics.ts';

/** The limit of a figure, and the reason when it is missed. */
export interface Limit {
  readonly most: number;
  /** What is judged: the median itself (the default), or its ratio to the row's reference. */
  readonly of?: 'median' | 'ratio';
  /** The reason that is given when the limit is missed: another measurement of the same rounds, or a profile. */
  readonly why?: string;
}

/** One row of a table: one measured thing. */
export interface Row {
  readonly what: string;
  readonly unit: 'ms' | 's' | 'kB' | 'MB' | 'USD' | '';
  /** Empty when it could not be measured here; `note` then says why. */
  readonly samples: readonly number[];
  /** Samples of plain psql, or of whatever else the row is compared with, from the same rounds. */
  readonly reference?: readonly number[];
  readonly limit?: Limit;
  readonly note?: string;
}

/** One table of the results. */
export interface Table {
  readonly id: string;
  readonly title: string;
  /** What was measured and how often, and what the ratio compares with. */
  readonly how: string;
  readonly rows: readonly Row[];
}

/** A number with three significant digits, without exponents. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-6))));
  return value.toFixed(Math.min(digits, 5));
}

/** Minimum, median and maximum. */
function spread(samples: readonly number[]): readonly number[] {
  return samples.length === 0 ? [] : [Math.min(...samples), median(samples), Math.max(...samples)];
}

/** `met`, or `missed` with the excess and the reason; empty for a row without a limit or without samples. */
function verdict({ samples, reference, limit }: Row): string {
  if (limit === undefined || samples.length === 0) return '';
  const isRatio = limit.of === 'ratio';
  const value = isRatio ? median(samples) / median(reference ?? []) : median(samples);
  if (value <= limit.most) return 'met';
  return `**missed** by ${number(value - limit.most)}${isRatio ? '×' : ''}: ${limit.why ?? 'no profile explains it yet'}`;
}

function cells(row: Row): string[] {
  const { samples, reference, limit, unit } = row;
  const isRatio = limit?.of === 'ratio';
  const most = limit === undefined ? '' : `≤ ${number(limit.most)}${isRatio ? '×' : ` ${unit}`}`;
  const [least = '–', middle = '–', greatest = '–'] = spread(samples).map(number);
  const base = median(reference ?? []);
  const ratios = spread(samples).map((value) => number(value / base));
  return [
    row.what,
    ...[least, middle, greatest, unit],
    reference === undefined || samples.length === 0 ? '' : `${ratios.join(' / ')}×`,
    most.trimEnd(),
    [verdict(row), row.note].filter((text) => text !== undefined && text !== '').join('; '),
  ];
}

const header = ['', 'minimum', 'median', 'maximum', 'unit', 'ratio', 'figure to reach', 'reached'];

/** A table as Markdown, padded so that it also reads well in a terminal. */
export function renderTable(table: Table): string {
  const lines = [header, ...table.rows.map(cells)];
  const widths = header.map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? '').length)));
  const isText = (column: number): boolean => column === 0 || column === header.length - 1;
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, column) => (isText(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const [head = [], ...body] = lines;
  const rule = `| ${widths.map((width, column) => (isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [`## ${table.title}`, '', table.how, '', line(head), rule, ...body.map(line), ''].join('\n');
}
