import { isTierState } from '../../core/base/names.ts';
import { visibleLine } from '../../core/base/visible.ts';
import { duration, readable, secondsBetween } from '../../core/report/time.ts';
import type { ExecutionView, StateRow } from '../../core/approval/execution-view.ts';
import type { Colours } from './terminal.ts';

/** Everything that a frame is drawn from. */
export interface Frame {
  readonly view: ExecutionView;
  /** States of tiers that have not been entered yet, in order. */
  readonly ahead: readonly string[];
  readonly now: Date;
  readonly columns: number;
  readonly rows: number;
  readonly colour: Colours;
}

const NAME_WIDTH = 27;
const TIME_WIDTH = 14;

/** Fills or cuts to a width, with an ellipsis. Unseen characters get their escape form first, which is wider. */
function fit(text: string, width: number): string {
  const plain = visibleLine(text);
  if (width <= 0) return '';
  return plain.length <= width ? plain.padEnd(width) : `${plain.slice(0, width - 1)}…`;
}

function line(cells: { mark: string; name: string; text: string; time: string }, columns: number): string {
  const text = columns - NAME_WIDTH - TIME_WIDTH - 7;
  const whole = `  ${cells.mark} ${fit(cells.name, NAME_WIDTH)} ${fit(cells.text, text)} ${cells.time.padStart(TIME_WIDTH)}`;
  return whole.slice(0, columns - 1).trimEnd();
}

function waiting({ request }: ExecutionView, now: Date): string {
  const { expiresAt, shown } = request ?? {};
  const left = expiresAt === undefined ? '' : ` ${duration(secondsBetween(now, expiresAt))} left,`;
  return `waits:${left} ${shown?.answersLeft ?? 0} tries`;
}

function rowLine(row: StateRow, frame: Frame, last: boolean): string {
  const { view, now, columns, colour } = frame;
  const time = duration(secondsBetween(row.enteredAt, row.leftAt ?? view.endedAt ?? now));
  if (row.failure !== undefined)
    return colour.red(line({ mark: '✗', name: row.name, text: row.failure, time }, columns));
  if (row.leftAt !== undefined) {
    return line({ mark: '✓', name: row.name, text: row.summary, time }, columns).replace('✓', colour.green('✓'));
  }
  if (!last || view.status !== 'running') return line({ mark: '·', name: row.name, text: '', time: '' }, columns);
  const text = view.request === undefined ? 'running' : waiting(view, now);
  return colour.cyan(line({ mark: '▸', name: row.name, text, time }, columns));
}

function header({ view, now, columns, colour }: Frame): string[] {
  const elapsed = duration(secondsBetween(view.startedAt ?? now, view.endedAt ?? now));
  const title = `Run ${view.runId ?? '(none)'}  ${view.status}  ${elapsed}`;
  const started = view.startedAt === undefined ? '' : `started ${readable(view.startedAt)}`;
  return [colour.bold(title.slice(0, columns - 1)), `${visibleLine(view.name)}  ${started}`.slice(0, columns - 1), ''];
}

/**
 * The lines of one frame, none as wide as the terminal (a full line may wrap) and together fewer than its rows: when
 * there is too little room, the oldest states go first.
 */
export function drawFrame(frame: Frame): string[] {
  const { view, ahead, columns, rows, colour } = frame;
  const past = view.rows.map((row, index) => rowLine(row, frame, index === view.rows.length - 1));
  const future = view.status === 'running' ? ahead : [];
  const pending = future.map((name) => colour.dim(line({ mark: '·', name, text: '', time: '' }, columns)));
  const top = header(frame);
  const room = Math.max(1, rows - 1 - top.length);
  return [...top, ...[...past, ...pending].slice(-room)];
}

/** Tiers of the machine that the view has not entered, in their order. */
export function tiersAhead(stateNames: readonly string[], { rows }: ExecutionView): string[] {
  const entered = new Set(rows.map(({ name }) => name));
  if (rows.some(({ failure }) => failure !== undefined)) return [];
  return stateNames
    .filter((name) => isTierState(name) && !entered.has(name))
    .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
}
