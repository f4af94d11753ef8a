import { type Flow, type FlowStep, flowOf } from './flow.ts';
import { markStatus, markStrokes, markWords } from './html-icons.ts';
import { type Markup, markup } from './markup.ts';
import type { Report } from './build.ts';

/** Geometry in SVG user units; the drawing scales to the width of its column. */
const row = 45;
const box = 33;
const top = 26;
const left = { x: 1, width: 206 };
const right = { x: 245, width: 154 };
const width = right.x + right.width + 1;

function yOf(index: number): number {
  return top + index * row;
}

function node(step: FlowStep, x: number, boxWidth: number, y: number): Markup {
  return markup`<g class="${step.mark}"><rect class="box" x="${x}" y="${y}" width="${boxWidth}" height="${box}" rx="7"/><path class="ink" transform="translate(${x + 10} ${y + 8.5})" d="${markStrokes(step.mark)}"/><text x="${x + 36}" y="${y + 21}">${step.name}</text></g>\n`;
}

function wire(path: string, walked: boolean): Markup {
  return markup`<path class="wire${walked ? ' walked' : ''}" d="${path}"/>\n`;
}

/**
 * Lines between the boxes of one column. A line is drawn as walked when the run entered the states at both its ends.
 */
function columnWires(steps: readonly FlowStep[], x: number, first: number): Markup[] {
  return steps.slice(1).map((step, index) => {
    const walked = step.mark !== 'open' && steps[index]?.mark !== 'open';
    return wire(`M${x} ${yOf(first + index) + box}V${yOf(first + index + 1)}`, walked);
  });
}

function branchWire(flow: Flow, first: number): Markup {
  const from = yOf(flow.branch.from) + box / 2;
  const to = yOf(first) + box / 2;
  const middle = (left.x + left.width + right.x) / 2;
  return wire(`M${left.x + left.width} ${from}H${middle}V${to}H${right.x}`, flow.branch.steps[0]?.mark !== 'open');
}

function sentence({ forward, branch }: Flow): string {
  const words = (steps: readonly FlowStep[]) => steps.map(({ name, mark }) => `${name}: ${markWords[mark]}`).join('; ');
  const leaves = forward[branch.from]?.name ?? '';
  return `Path forward. ${words(forward)}. ${branch.title}, leaving after ${leaves}. ${words(branch.steps)}.`;
}

/** The state graph of a run, with what became of each state; a screen reader gets the same content as a sentence. */
export function graph(report: Report): Markup {
  const flow = flowOf(report);
  const { forward, branch } = flow;
  const first = Math.max(0, Math.min(branch.from, forward.length - branch.steps.length));
  const height = yOf(forward.length - 1) + box + 2;
  const marks = [...new Set([...forward, ...branch.steps].map(({ mark }) => mark))];
  return markup`<figure>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="graph-title graph-text">
<title id="graph-title">The states of this run and what became of each</title>
<desc id="graph-text">${sentence(flow)}</desc>
<text class="head" x="${left.x}" y="14">The way forward</text>
<text class="head" x="${right.x}" y="${yOf(first) - 12}">${branch.title}</text>
${columnWires(forward, left.x + left.width / 2, 0)}${branchWire(flow, first)}${columnWires(branch.steps, right.x + right.width / 2, first)}${forward.map((step, index) => node(step, left.x, left.width, yOf(index)))}${branch.steps.map((step, index) => node(step, right.x, right.width, yOf(first + index)))}</svg>
<ul class="legend" aria-label="Signs of the drawing">${marks.map((mark) => markup`<li>${markStatus(mark)}</li>`)}</ul>
</figure>
`;
}
