import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { keepingExample, packageDirectory } from '../package.ts';
import { isOfExample, keepingFaults, singleFaults } from './catalogue.ts';
import { chosen, createQueue, onlyFault, type Options, randomPairs } from './choose.ts';
import { type Crew, workOff } from './crew.ts';
import type { Fault } from './injection.ts';
import type { Result } from './play.ts';
import { soak } from './soak.ts';
import { renderTable } from './table.ts';

const usage = `npm run chaos -- [--minutes N] [--seed N] [--only ID] [--grep TEXT] [--all] [--sample N] [--workers N] [--soak N] [--list]
  Plays every fault against every state and statement, then judges the database. Exit 1 on a violation.
  --minutes N  go on with two random faults at once until N minutes have passed (default: stop after the last one)
  --seed N     order, and random pairs (default 1)
  --only ID    one fault by its id, as a violation prints it
  --grep TEXT  only faults whose id contains TEXT
  --all        every statement fault; without it each statement meets a tenth of them, which the seed decides, and of the
               example that keeps what it changes (NAME:ID) a hundredth where it goes forward
  --sample N   only N faults, chosen by the seed, one of each kind first
  --soak N     no faults: rehearsal, release and rollback N times in one runtime, and what that wears out
  --workers N  drives at a time, each on a server of its own (default: five a core, as most of a drive is waiting)
`;
/** Worker processes per core. A drive mostly waits: for start-bys, polls and time-outs. */
const WORKERS_PER_CORE = 5;

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

function report(results: readonly Result[], began: number): number {
  const violated = results.filter(({ violations }) => violations.length > 0);
  process.stdout.write(`${renderTable(results)}\n`);
  for (const { id, violations } of violated)
    process.stdout.write(`\n${id}\n  ${violations.join('\n  ')}\n  replay: npm run chaos -- --only '${id}'\n`);
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  process.stdout.write(`\n${results.length} faults, ${violated.length} violations (${minutes} minutes)\n`);
  return violated.length === 0 && results.length > 0 ? 0 : 1;
}

/** Every fault of this checkout's package, and those of the example that keeps what it changes. */
function allFaults(): Fault[] {
  const read = (folder: string) => describePackage(readPackageFiles(folder));
  return [...singleFaults(read(packageDirectory)), ...keepingFaults(read(keepingExample()))];
}

/** Who plays what: for each package that has faults to play, processes of its own. */
function crews(faults: readonly Fault[], given: Options, began: number, isNew: () => boolean): Crew[] {
  const example = { packageDirectory: keepingExample() };
  if (given.only !== undefined) {
    const crew = { workers: 1, next: onlyFault(given.only) };
    return [isOfExample({ id: given.only }) ? { ...crew, ...example } : crew];
  }
  const due = chosen(faults, given);
  const [own, others] = [due.filter((fault) => !isOfExample(fault)), due.filter(isOfExample)];
  const isOver = () => Date.now() - began >= given.minutes * 60_000;
  const pairs = randomPairs(faults, given.seed);
  const few = Math.ceil((given.workers * others.length) / Math.max(1, due.length));
  return [
    { workers: Math.max(1, given.workers - few), next: createQueue(own, { isOver, isNew, pairs }) },
    ...(few === 0 ? [] : [{ workers: few, next: createQueue(others, { isOver, isNew }), ...example }]),
  ];
}

function tell({ id, outcome, seconds, violations }: Result, count: number): void {
  const mark = violations.length > 0 ? 'VIOLATION' : 'ok';
  const line = `${count} ${mark} ${id} → ${outcome} (${seconds.toFixed(1)} s)`;
  process.stderr.write(`${[line, ...violations].join('\n    ')}\n`);
}

async function main(): Promise<number> {
  const given = options();
  if (given.soak !== undefined) return soak(given.soak);
  const faults = allFaults();
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
  const onResult = (result: Result) => {
    results.push(result);
    if (!classes.has(result.outcome)) nextDue = 2;
    classes.add(result.outcome);
    tell(result, results.length);
  };
  await Promise.all(crews(faults, given, began, isNew).map((crew) => workOff(crew, onResult)));
  return report(results, began);
}

main().then(
  (code) => process.stdout.write('', () => process.exit(code)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    process.exit(1);
  },
);
