import { Markdown, table } from '../../core/report/markdown-text.ts';
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

function cells(row: Row): (string | Markdown)[] {
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
    new Markdown([verdict(row), row.note].filter((text) => text !== undefined && text !== '').join('; ')),
  ];
}

const header = ['', 'minimum', 'median', 'maximum', 'unit', 'ratio', 'figure to reach', 'reached'];

/** A table of the results as Markdown, below its title and what was measured. */
export function renderTable({ title, how, rows }: Table): string {
  return [`## ${title}`, '', how, '', ...table(header, rows.map(cells))].join('\n');
}
