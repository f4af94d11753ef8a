import { checkedSchema, tierStateSchema } from '../base/contracts.ts';
import { endingStateSchema } from '../base/ending-state.ts';
import type { Environment } from '../base/environment.ts';
import { isTierState, states } from '../base/names.ts';
import type { EnteredState } from '../base/ports.ts';
import type { BasePorts } from '../base/step-ports.ts';
import { stateFromEntries } from '../evidence/entries.ts';
import { parseEntries } from '../evidence/parse-entries.ts';
import type { Release } from './find-release.ts';

type Settings = Environment<'fence'>;

const startBySchema = checkedSchema.pick({ startBySeconds: true });

/**
 * Whether entering a state may have sent a write. A tier that this package does not know counts, because a release
 * keeps its definition when another package is deployed.
 */
export function mayWrite(settings: Settings, { name }: EnteredState): boolean {
  return isTierState(name) && !settings.READ_ONLY_STATES.includes(name);
}

/** Whether the trial may still be at work: it was entered, and no tier after it. It can keep nothing, but it holds locks. */
export function mayBeTrying(entered: readonly EnteredState[]): boolean {
  return entered.some(({ name }) => name === states.trial) && !entered.some(({ name }) => isTierState(name));
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
    const json = state.data?.tiers[0]?.beside['fingerprint']?.['json'];
    if (json !== undefined) return json;
  }
  return undefined;
}

/**
 * The entry fingerprint from the run's evidence, for a run whose history is gone; undefined when the store cannot be
 * read, because a rollback never depends on it.
 */
export async function recordedFingerprint({ evidence }: BasePorts, runId: string): Promise<string | undefined> {
  const entries = parseEntries(await evidence.list(runId).catch(() => []));
  return stateFromEntries(entries).tiers?.[0]?.beside['fingerprint']?.['json'];
}

/** The start-by allowance in seconds: the one that the run's states carry, or the deployed one, whichever is longer. */
function startBySeconds(settings: Settings, entered: readonly EnteredState[]): number {
  const carried = entered.map(({ input }) => startBySchema.safeParse(input).data?.startBySeconds ?? 0);
  return Math.max(settings.START_BY_SECONDS, ...carried);
}

/**
 * The instant after which no script of the run can start any more, with an allowance for clocks that differ. Without a
 * history, a script may have been sent just now.
 */
export function lastStartBy(settings: Settings, { arn }: Release, entered: readonly EnteredState[], now: Date): Date {
  const allowance = (startBySeconds(settings, entered) + settings.CLOCK_SKEW_SECONDS) * 1000;
  const writing = entered.filter((state) => mayWrite(settings, state)).map(({ enteredAt }) => enteredAt);
  const instants = [...writing, ...(arn === undefined ? [now] : [])].map((sentAt) => sentAt.getTime() + allowance);
  return new Date(Math.max(now.getTime(), ...instants));
}
