import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { pair, singleFaults } from './catalogue.ts';
import { type NextOrder, workOff } from './crew.ts';
import type { Fault } from './injection.ts';
import type { Result } from './play.ts';
import { randomFrom, shuffled } from './random.ts';
import { soak } from './soak.ts';
import { renderTable } from './table.ts';
import { isTwin } from './twins.ts';

const usage = `npm run chaos -- [--minutes N] [--seed N] [--only ID] [--grep TEXT] [--all] [--sample N] [--workers N] [--soak N] [--list]
  Plays every fault against every state and statement, then judges the database. Exit 1 on a violation.
  --minutes N  go on with two random faults at once until N minutes have passed (default: stop after the last one)
  --seed N     order, and random pairs (default 1)
  --only ID    one fault by its id, as a violation prints it
  --grep TEXT  only faults whose id contains TEXT
  --all        every statement fault; without it each statement meets a tenth of them, which the seed decides
  --sample N   only N faults, chosen by the seed, one of each kind first
  --soak N     no faults: rehearsal, release and rollback N times in one runtime, and what that wears out
  --workers N  drives at a time, each on a server of its own (default: five a core, as most of a drive is waiting)
`;
/** One seed plays one in this many faults of each statement, so that this many seeds play every fault. */
const ROTA = 10;
/** Worker processes per core. A drive mostly waits: for start-bys, polls and time-outs. */
const WORKERS_PER_CORE = 5;
/** Whole dumps are compared in one of this many drives. */
const DUMP_EVERY = 12;

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly workers: number;
  readonly only: string | undefined;
  readonly grep: string | undefined;
  readonly sample: number | undefined;
  /** Rounds of the soak; undefined plays faults. */
  readonly soak: number | undefined;
  readonly list: boolean;
  /** True plays every statement fault, not one in ten. */
  readonly all: boolean;
}

function options(): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      minutes: text,
      seed: text,
      only: text,
      grep: text,
      sample: text,
      soak: text,
      workers: text,
      list: { type: 'boolean' },
      all: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    process.exit(0);
  }
  return {
    minutes: Number(values.minutes ?? '0'),
    seed: Number(values.seed ?? '1'),
    workers: Number(values.workers ?? WORKERS_PER_CORE * availableParallelism()),
    only: values.only,
    grep: values.grep,
    sample: values.sample === undefined ? undefined : Number(values.sample),
    soak: values.soak === undefined ? undefined : Number(values.soak),
    list: values.list === true,
    all: values.all === true,
  };
}

/** The chosen faults in the seed's order, with one fault of each kind first. */
function chosen(faults: readonly Fault[], { seed, sample, grep, all }: Options): Fault[] {
  const due = faults.filter(({ id, turn }) =>
    grep === undefined ? all || turn === undefined || (turn + seed) % ROTA === 0 : id.includes(grep),
  );
  const mixed = shuffled(due, seed);
  if (sample === undefined) return mixed;
  const kinds = new Set<string>();
  const firsts = mixed.filter(({ kind }) => !kinds.has(kind) && kinds.add(kind));
  return [...firsts, ...mixed.filter((fault) => !firsts.includes(fault))].slice(0, sample);
}

function* randomPairs(faults: readonly Fault[], seed: number): Generator<Fault> {
  const random = randomFrom(seed);
  const usable = faults.filter((fault) => !isTwin(fault));
  const pick = (from: readonly Fault[]) => from[Math.floor(random() * from.length)];
  for (;;) {
    const one = pick(usable);
    const two = pick(usable.filter(({ start, kind }) => start === one?.start && kind !== one.kind));
    if (one !== undefined && two !== undefined) yield pair(one, two);
  }
}

/** Returns all chosen faults, then pairs until the time is over. */
function createQueue(faults: readonly Fault[], given: Options, began: number, isNew: () => boolean): NextOrder {
  const waiting = given.only === undefined ? chosen(faults, given) : [];
  const pairs = randomPairs(faults, given.seed);
  let count = 0;
  let only = given.only;
  return () => {
    if (only !== undefined) {
      const id = only;
      only = undefined;
      return { id, extra: { dumped: true, next: true } };
    }
    const timeLeft = given.only === undefined && Date.now() - began < given.minutes * 60_000;
    const fault = waiting.shift() ?? (timeLeft ? (pairs.next().value as Fault | undefined) : undefined);
    count += 1;
    return fault === undefined
      ? undefined
      : { id: fault.id, extra: { dumped: count % DUMP_EVERY === 0, next: isNew() } };
  };
}

function report(results: readonly Result[], began: number): number {
  const violated = results.filter(({ violations }) => violations.length > 0);
  process.stdout.write(`${renderTable(results)}\n`);
  for (const { id, violations } of violated)
    process.stdout.write(`\n${id}\n  ${violations.join('\n  ')}\n  replay: npm run chaos -- --only '${id}'\n`);
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  process.stdout.write(`\n${results.length} faults, ${violated.length} violations (${minutes} minutes)\n`);
  return violated.length === 0 && results.length > 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const given = options();
  if (given.soak !== undefined) return soak(given.soak);
  const faults = singleFaults(describePackage(readPackageFiles(join(__dirname, '../../sql'))));
  if (given.list) {
    const listed = chosen(faults, given);
    process.stdout.write(`${listed.map(({ id }) => id).join('\n')}\n${listed.length} of ${faults.length} faults\n`);
    return 0;
  }
  const began = Date.now();
  const results: Result[] = [];
  const classes = new Set<string>();
  let nextDue = 0;
  // The next release is started after the first drives, and then whenever a new outcome has been seen.
  const isNew = () => nextDue-- > 0;
  await workOff(given.only === undefined ? given.workers : 1, createQueue(faults, given, began, isNew), (result) => {
    results.push(result);
    if (!classes.has(result.outcome)) nextDue = 2;
    classes.add(result.outcome);
    const mark = result.violations.length > 0 ? 'VIOLATION' : 'ok';
    process.stderr.write(
      `${[`${results.length} ${mark} ${result.id} → ${result.outcome} (${result.seconds.toFixed(1)} s)`, ...result.violations].join('\n    ')}\n`,
    );
  });
  return report(results, began);
}

main().then(
  (code) => process.stdout.write('', () => process.exit(code)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    process.exit(1);
  },
);
