import { median } from './statistics.ts';

/** What a figure must not exceed, and why it does if it does. */
export interface Limit {
  readonly most: number;
  /** What is judged: the median itself (default) or its ratio to the row's reference. */
  readonly of?: 'median' | 'ratio';
  /** The reason to give when it is missed, found by a profile. */
  readonly why?: string;
}

/** One measured thing. */
export interface Row {
  readonly what: string;
  readonly unit: 'ms' | 's' | 'kB' | 'MB' | 'USD' | '';
  readonly samples: readonly number[];
  /** Samples of plain psql, or whatever the table compares with, taken in the same rounds. */
  readonly reference?: readonly number[];
  readonly limit?: Limit;
  readonly note?: string;
}

/** One table of the results. */
export interface Table {
  readonly id: string;
  readonly title: string;
  /** What was measured, how often, and what the ratio compares with. */
  readonly how: string;
  readonly rows: readonly Row[];
}

/** A number with three significant digits, without exponents. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-6))));
  return value.toFixed(Math.min(digits, 5));
}

/** The ratio of two medians measured in the same rounds. */
function ratio(row: Row): number | undefined {
  return row.reference === undefined ? undefined : median(row.samples) / median(row.reference);
}

/** `met`, or `missed` with by how much and why; empty for a row without a limit. */
export function verdict(row: Row): string {
  const { limit } = row;
  if (limit === undefined) return '';
  const isRatio = limit.of === 'ratio';
  const value = (isRatio ? ratio(row) : median(row.samples)) ?? Number.NaN;
  const unit = isRatio ? '×' : ` ${row.unit}`;
  if (value <= limit.most) return 'met';
  if (!Number.isFinite(value)) return '**missed**: not measured';
  const reason = limit.why ?? 'no profile explains it yet';
  return `**missed** by ${number(value - limit.most)}${unit}: ${reason}`.replace(/ +:/, ':');
}

function cells(row: Row): string[] {
  const ratioOf = ratio(row);
  const most = row.limit === undefined ? '' : `≤ ${number(row.limit.most)}${row.limit.of === 'ratio' ? '×' : ''}`;
  const limit = most === '' || row.unit === '' || row.limit?.of === 'ratio' ? most : `${most} ${row.unit}`;
  const shown = [Math.min(...row.samples), median(row.samples), Math.max(...row.samples)];
  return [
    row.what,
    ...(row.samples.length === 0 ? ['–', '–', '–'] : shown.map((value) => number(value))),
    row.unit,
    ratioOf === undefined ? '' : `${number(ratioOf)}×`,
    limit,
    [verdict(row), row.note].filter((text) => text !== undefined && text !== '').join('; '),
  ];
}

const header = ['', 'minimum', 'median', 'maximum', 'unit', 'ratio', 'figure to reach', 'reached'];

/** A table as Markdown, padded so that it also reads well in a terminal. */
export function renderTable(table: Table): string {
  const lines = [header, ...table.rows.map(cells)];
  const widths = header.map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? '').length)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, column) => (column === 0 || column === 7 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const [head = [], ...body] = lines;
  const rule = `| ${widths.map((width, column) => (column === 0 || column === 7 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [`## ${table.title}`, '', table.how, '', line(head), rule, ...body.map(line), ''].join('\n');
}
