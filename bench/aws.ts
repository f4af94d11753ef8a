import { type Released, releaseOnce } from './released.ts';
import type { Stage } from './stage.ts';
import { median } from './statistics.ts';
import type { Row, Table } from './table.ts';

/** List prices of eu-central-1 in USD, as published; free allowances are not taken off. */
const price = {
  transition: 0.025 / 1_000,
  invocation: 0.2 / 1_000_000,
  /** Arm, a GB-second; our functions have half a gigabyte. */
  memory: 0.0000133334,
  put: 0.0054 / 1_000,
  get: 0.00043 / 1_000,
};
const gigabytes = 0.5;
/** A new container for each function, at the worst: initialisation before its first call, in seconds. */
const coldStart = 0.6;

/** What the evidence of one release asks of S3: entry k lists, reads the k - 1 before it, lists its number, and is put. */
function evidenceCalls(entries: number): { readonly put: number; readonly get: number } {
  const reading = (entries * (entries - 1)) / 2;
  // The report lists once, reads them all, and is put in three forms.
  return { put: 3 * entries + 4, get: reading + entries };
}

function usd(released: Released, seconds: number): number {
  const { put, get } = evidenceCalls(released.entries);
  return (
    released.transitions * price.transition +
    released.invocations * price.invocation +
    (seconds + released.invocations * coldStart) * gigabytes * price.memory +
    put * price.put +
    get * price.get
  );
}

function callRows(released: Released): Row[] {
  const sends = released.calls.get('SendCommand') ?? 0;
  return [...released.calls]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([operation, count]): Row => ({
      what: `Systems Manager ${operation}`,
      unit: '',
      samples: [count],
      ...(operation === 'GetCommandInvocation' ? { note: `polls, ${(count / sends).toFixed(1)} a command` } : {}),
    }));
}

/** What one release asks of AWS, what that costs, and how long it takes when SSM is slow. */
export async function aws(stage: Stage, latencies: readonly number[], rounds: number): Promise<Table> {
  const [warm, first] = [await releaseOnce(stage), await releaseOnce(stage)];
  const times = [warm.ms, first.ms];
  for (let round = 2; round < rounds; round += 1) times.push((await releaseOnce(stage)).ms);
  const slow: Row[] = [];
  let longest = median(times) / 1_000;
  for (const latency of latencies) {
    const { ms } = await releaseOnce(stage, latency * 1_000);
    longest = Math.max(longest, ms / 1_000);
    slow.push({ what: `whole release, SSM latency ${latency} s`, unit: 's', samples: [ms / 1_000] });
  }
  const { put, get } = evidenceCalls(first.entries);
  return {
    id: 'aws',
    title: 'One release on AWS: calls, cost, time',
    how:
      'Counted from the history of a release by the synthesized state machine on this machine and from the requests of the ' +
      "handlers' own SDK clients; S3 from the number of evidence entries. List prices, no free allowance, functions billed for the " +
      'slowest release below and a cold start each. Latency is the time from SendCommand to the start on the node; approval at once.',
    rows: [
      { what: 'state transitions', unit: '', samples: [first.transitions] },
      { what: 'function calls', unit: '', samples: [first.invocations] },
      ...callRows(first),
      {
        what: 'Systems Manager calls a tier besides polls',
        unit: '',
        samples: [1],
        limit: { most: 3 },
        note: 'its SendCommand; tier 0 and tier 8 also send their read-only scripts (2 and 1)',
      },
      {
        what: 'all AWS calls of the last tier besides polls',
        unit: '',
        samples: [1 + 3 + (first.entries - 3)],
        limit: {
          most: 3,
          why: 'its evidence entry lists, reads every entry before it, lists its number and is put; reading only the newest would make it five',
        },
      },
      { what: 'S3 writes and lists', unit: '', samples: [put] },
      { what: 'S3 reads', unit: '', samples: [get] },
      { what: 'cost of one release', unit: 'USD', samples: [usd(first, longest)], limit: { most: 0.02 } },
      { what: 'whole release, no SSM latency', unit: 's', samples: times.map((ms) => ms / 1_000) },
      ...slow,
    ],
  };
}
