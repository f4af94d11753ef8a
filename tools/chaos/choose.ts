import type { NextOrder } from './crew.ts';
import { isOfExample, pair } from './catalogue.ts';
import type { Fault } from './injection.ts';
import { randomFrom, shuffled } from './random.ts';
import { isTwin } from './twins.ts';

/** One seed plays one in this many faults of each statement, so that this many seeds play every fault. */
const ROTA = 10;
/** Whole dumps are compared in one of this many drives. */
const DUMP_EVERY = 12;

/** What a run of chaos was asked for. */
export interface Options {
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

/** The chosen faults in the seed's order, with one fault of each kind first. */
export function chosen(faults: readonly Fault[], { seed, sample, grep, all }: Options): Fault[] {
  const due = faults.filter(({ id, turn, rota = ROTA }) =>
    grep === undefined ? all || turn === undefined || (turn + seed) % rota === 0 : id.includes(grep),
  );
  const mixed = shuffled(due, seed);
  if (sample === undefined) return mixed;
  const kinds = new Set<string>();
  const firsts = mixed.filter(({ kind }) => !kinds.has(kind) && kinds.add(kind));
  return [...firsts, ...mixed.filter((fault) => !firsts.includes(fault))].slice(0, sample);
}

/** Two of the faults at once, chosen by the seed, without an end. */
export function* randomPairs(faults: readonly Fault[], seed: number): Generator<Fault> {
  const random = randomFrom(seed);
  const usable = faults.filter((fault) => !isTwin(fault) && !isOfExample(fault));
  const pick = (from: readonly Fault[]) => from[Math.floor(random() * from.length)];
  for (;;) {
    const one = pick(usable);
    const two = pick(usable.filter(({ start, kind }) => start === one?.start && kind !== one.kind));
    if (one !== undefined && two !== undefined) yield pair(one, two);
  }
}

/** Gives out one fault, with every check. */
export function onlyFault(id: string): NextOrder {
  const waiting = [{ id, extra: { dumped: true, next: true } }];
  return () => waiting.shift();
}

/** How a queue goes on. */
interface Going {
  readonly pairs?: Generator<Fault>;
  readonly isOver: () => boolean;
  /** Whether the next release is to be started on what a drive leaves. */
  readonly isNew: () => boolean;
}

/** Gives out these faults one after the other, and then, where there are any, pairs until `isOver`. */
export function createQueue(faults: readonly Fault[], { pairs, isOver, isNew }: Going): NextOrder {
  const waiting = [...faults];
  let count = 0;
  return () => {
    const fault = waiting.shift() ?? (isOver() ? undefined : (pairs?.next().value as Fault | undefined));
    count += 1;
    return fault === undefined
      ? undefined
      : { id: fault.id, extra: { dumped: count % DUMP_EVERY === 0, next: isNew() } };
  };
}
