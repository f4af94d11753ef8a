import { checkedSchema, tierStateSchema } from '../base/contracts.ts';
import { endingStateSchema } from '../base/ending-state.ts';
import type { Environment } from '../base/environment.ts';
import { isTierState } from '../base/names.ts';
import type { BasePorts, EnteredState } from '../base/ports.ts';
import { stateFromEntries } from '../evidence/entries.ts';
import { parseEntries } from '../evidence/parse-entries.ts';
import type { Release } from './find-release.ts';

type Settings = Environment<'fence'>;

const startBySchema = checkedSchema.pick({ startBySeconds: true });

/** Whether entering a state may have dispatched a write. A name that this package does not know counts, as a release keeps its definition when another package is deployed. */
export function mayWrite(settings: Settings, { name }: EnteredState): boolean {
  return isTierState(name) && !settings.READ_ONLY_STATES.includes(name);
}

/** Whether the release has rolled itself back, with proof: nothing of it is left, and nothing can start any more. */
export function isRolledBack(entered: readonly EnteredState[]): boolean {
  return entered.some(({ input }) => {
    const outcome = endingStateSchema.safeParse(input).data?.rollback?.Output?.outcome;
    return outcome === 'rolled_back' || outcome === 'nothing_to_roll_back';
  });
}

/** The fingerprint that tier 0 took, as the state that entered a later tier carries it. */
export function entryFingerprint(entered: readonly EnteredState[]): string | undefined {
  for (const { input } of [...entered].reverse()) {
    const state = tierStateSchema.safeParse(input);
    const json = state.data?.tiers[0]?.before['fingerprint']?.['json'];
    if (json !== undefined) return json;
  }
  return undefined;
}

/** The same as the evidence holds it, for a run without a history. A rollback never depends on the evidence store. */
export async function recordedFingerprint({ evidence }: BasePorts, runId: string): Promise<string | undefined> {
  const entries = parseEntries(await evidence.list(runId).catch(() => []));
  return stateFromEntries(entries).tiers?.[0]?.before['fingerprint']?.['json'];
}

/** The start-by allowance that the run's own functions have, by its states; that of this package if it was longer. */
function startBySeconds(settings: Settings, entered: readonly EnteredState[]): number {
  const carried = entered.map(({ input }) => startBySchema.safeParse(input).data?.startBySeconds ?? 0);
  return Math.max(settings.START_BY_SECONDS, ...carried);
}

/**
 * The instant after which nothing that any state of the run sent can still start; plus what clocks may differ by. Without
 * a history something may have been sent just now.
 */
export function lastStartBy(settings: Settings, { arn }: Release, entered: readonly EnteredState[], now: Date): Date {
  const allowance = (startBySeconds(settings, entered) + settings.CLOCK_SKEW_SECONDS) * 1000;
  const writing = entered.filter((state) => mayWrite(settings, state)).map(({ enteredAt }) => enteredAt);
  const instants = [...writing, ...(arn === undefined ? [now] : [])].map((sentAt) => sentAt.getTime() + allowance);
  return new Date(Math.max(now.getTime(), ...instants));
}
