import type { PackageArchive } from '../package/archive.ts';
import type { Report } from './build.ts';
import { dataTable, folded, identifier, type Row, section } from './html-parts.ts';
import { table } from './markdown-text.ts';
import { type Markup, markup } from './markup.ts';
import type { MoreSections } from './more-sections.ts';
import { type StatementRow, type TimedScript, type TimedStatements, timedStatements } from './statements.ts';

/** How many the Markdown shows: the page has all. */
const SHOWN = 20;

const words =
  'Each statement of a transaction, the slowest first, in milliseconds, as psql beside the server measured it. Rows are those of the command tag; a query or a block has none.';

function milliseconds(took: number | undefined): string {
  return took === undefined ? '' : took.toFixed(1);
}

function headOf(moment: string): string {
  return `${moment.slice(0, 1).toUpperCase()}${moment.slice(1)}, ms`;
}

function statementCell({ number, place }: StatementRow): Markup {
  if (place === undefined) return markup`No. ${number}`;
  return markup`${identifier(`${place.file}:${place.line}`)}<span class="sub mono">${place.text.slice(0, 80)}</span>`;
}

function scriptTable({ moments }: TimedStatements, { title, rows }: TimedScript): Markup {
  const cells = rows.map((row): Row => {
    const took = moments.map((moment) => milliseconds(row.took[moment]));
    return { cells: [statementCell(row), row.rows ?? '', ...took] };
  });
  const number = (head: string) => ({ head, number: true });
  const columns = [{ head: 'Statement' }, number('Rows'), ...moments.map((moment) => number(headOf(moment)))];
  const summary = `${title}: ${rows.length} statements, the slowest ${milliseconds(rows[0]?.longest)} ms`;
  return folded(summary, dataTable(`Statements of ${title}`, columns, cells));
}

function page(report: Report, archive: PackageArchive | undefined): Markup | undefined {
  const timed = timedStatements(report, archive);
  if (timed.scripts.length === 0) return undefined;
  return section(
    'statements',
    'Time per statement',
    markup`<p>${words}</p>\n${timed.scripts.map((script) => scriptTable(timed, script))}`,
  );
}

function markdown(report: Report, archive: PackageArchive | undefined): string[] {
  const { moments, scripts } = timedStatements(report, archive);
  if (scripts.length === 0) return [];
  const all = scripts.flatMap(({ id, rows }) => rows.map((row) => ({ id, row })));
  const slowest = all.sort((one, two) => two.row.longest - one.row.longest).slice(0, SHOWN);
  const lines = slowest.map(({ id, row: { number, place, rows, took } }) => [
    id,
    place === undefined ? `No. ${number}` : `${place.file}:${place.line}`,
    rows ?? '',
    ...moments.map((moment) => milliseconds(took[moment])),
  ]);
  return [
    '## Time per statement',
    '',
    `${words} These are the slowest ${slowest.length} of ${all.length}.`,
    '',
    ...table(['script', 'statement', 'rows', ...moments.map((moment) => `${moment}, ms`)], lines),
  ];
}

/** The section *Time per statement* of the report of a release: nothing where nothing was timed. */
export const statementSections: MoreSections = {
  html: ['statements', 'Statements', page],
  markdown,
};
