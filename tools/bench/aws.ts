import { synthesizeRelease } from '../../lib/house/synthesize.ts';
import { packageDirectory } from '../package.ts';
import { poll } from './call-count.ts';
import { computing, price } from './price.ts';
import { type Released, releaseOnce } from './released.ts';
import type { Stage } from './stage.ts';
import { standingRows } from './standing-cost.ts';
import { median } from './statistics.ts';
import type { Row, Table } from './table.ts';

const callsATier = 3;
/** Longest duration of a whole release in seconds, trial included, by SSM's latency in seconds. */
const releaseLimits: Readonly<Record<number, number>> = { 0: 3, 1: 15.5 };
/** A report asks KMS for the public key and for a signature. */
const requestsToSign = 2;

function usd(released: Released, seconds: number): number {
  const calls = released.calls.byOperation();
  const of = (operation: string): number => calls.get(operation) ?? 0;
  return (
    released.transitions * price.transition +
    computing(released.invocations, seconds) +
    (of('S3 PutObject') + of('S3 ListObjectsV2')) * price.put +
    of('S3 GetObject') * price.get +
    requestsToSign * price.signing
  );
}

function callRows({ calls }: Released): Row[] {
  const all = calls.byOperation();
  const sends = all.get('SSM SendCommand') ?? 0;
  return [...all].map(([operation, count]): Row => ({
    what: operation,
    unit: '',
    samples: [count],
    ...(operation === poll ? { note: `polls, ${(count / sends).toFixed(1)} a command` } : {}),
  }));
}

/** One row per tier: its calls to AWS, besides polls of its running commands. */
function tierRows({ calls, tiers }: Released): Row[] {
  return tiers.map((state): Row => {
    const operations = [...calls.byOperation(state)].filter(([operation]) => operation !== poll);
    const note = operations.map(([operation, count]) => `${count} ${operation}`).join(', ');
    const sends = calls.byOperation(state).get('SSM SendCommand') ?? 0;
    const why = `${sends - 1} read-only scripts run before it, each with a document and a SendCommand of its own`;
    return {
      what: `AWS calls of ${state}`,
      unit: '',
      samples: [calls.besidesPolls(state)],
      limit: { most: callsATier, why },
      note,
    };
  });
}

interface Times {
  readonly released: Released;
  readonly plain: readonly number[];
  readonly prompt: readonly number[];
  /** Duration by SSM's latency, in seconds. */
  readonly slow: ReadonlyMap<number, number>;
}

async function measure(stage: Stage, latencies: readonly number[], rounds: number): Promise<Times> {
  let released = await releaseOnce(stage); // warms this process up; not timed
  const [plain, prompt]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    await stage.fresh('small');
    plain.push((await stage.plainPackage()) / 1_000);
    released = await releaseOnce(stage);
    prompt.push(released.ms / 1_000);
  }
  const slow = new Map<number, number>();
  for (const latency of latencies) slow.set(latency, (await releaseOnce(stage, latency * 1_000)).ms / 1_000);
  return { released, plain, prompt, slow };
}

/** The table of the AWS calls of one release, their cost, and the duration of the release when SSM is slow. */
export async function aws(stage: Stage, latencies: readonly number[], rounds: number): Promise<Table> {
  const { released, plain, prompt, slow } = await measure(stage, latencies, rounds);
  const longest = Math.max(median(prompt), ...slow.values());
  const time = (what: string, samples: readonly number[]): Row => ({ what, unit: 's', samples, reference: plain });
  const release = (latency: number, samples: readonly number[]): Row => {
    const most = releaseLimits[latency];
    const [own, waiting] = [median(prompt), latency === 0 ? 0 : (median(samples) - median(prompt)) / latency];
    const why =
      latency === 0
        ? `a trial and a gate are in it, and ${released.invocations} functions`
        : `${own.toFixed(1)} s without latency, and ${waiting.toFixed(1)} commands that wait for each other`;
    return {
      ...time(`whole release, ${latency === 0 ? 'no SSM latency' : `SSM latency ${latency} s`}`, samples),
      ...(most === undefined ? {} : { limit: { most, why } }),
    };
  };
  return {
    id: 'aws',
    title: 'One release on AWS: calls, cost, time',
    how:
      'Counted while the synthesized state machine released on this machine: its history, the requests of the handlers’ own SDK ' +
      'clients to Systems Manager, and what the evidence port asked of its store, as calls to S3. List prices, no free allowance, no ' +
      'log storage, functions billed for the slowest release below and a cold start each. Latency is the time from SendCommand to ' +
      'the start on the node; approval at once. A month is one without a release: what rules call, and what the synthesized template ' +
      'holds. The ratio is to the package by plain psql in one process.',
    rows: [
      { what: 'state transitions', unit: '', samples: [released.transitions] },
      { what: 'function calls', unit: '', samples: [released.invocations] },
      ...callRows(released),
      ...tierRows(released),
      { what: 'cost of one release', unit: 'USD', samples: [usd(released, longest)], limit: { most: 0.02 } },
      ...standingRows(synthesizeRelease({ packageDirectory }).template),
      time('the package by plain psql', plain),
      release(0, prompt),
      ...[...slow].map(([latency, seconds]) => release(latency, [seconds])),
    ],
  };
}
