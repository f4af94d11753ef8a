import type { EvidenceStore } from '../base/ports.ts';
import { chainProblems } from '../evidence/chain.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { archiveDigest, wasUndone } from '../evidence/entries.ts';
import { provenArchive } from '../evidence/kept-archive.ts';
import { parseEntries } from '../evidence/parse-entries.ts';
import { archivedFiles } from '../package/archive.ts';
import { planFile } from '../package/manifest.ts';
import { parsePlan } from '../package/plan.ts';
import type { LaterRelease } from './planned.ts';
import { releasedStateSchema, type ReleasedState, sealedStep } from './released-state.ts';

/** The entries of a run, which count only as a whole chain; none where nothing of the run is there, or it is damaged. */
async function provenEntries(store: EvidenceStore, run: string): Promise<EvidenceEntry[]> {
  const stored = await store.list(run);
  return chainProblems(stored.map(({ text }) => text)).length === 0 ? parseEntries(stored) : [];
}

/** What the evidence of a run says about its seal. */
export interface SealedRecord {
  /** What was read behind the seal; undefined when it was not recorded, or its record is damaged. */
  readonly sealed: ReleasedState | undefined;
  /** Whether the release was taken back since. */
  readonly undone: boolean;
}

/** The record of a run's seal. @throws the store's error when it cannot be read. */
export async function sealedRecord(store: EvidenceStore, run: string): Promise<SealedRecord> {
  const entries = await provenEntries(store, run);
  const place = entries.findIndex(({ step }) => step === sealedStep);
  const undone = wasUndone(entries.slice(place + 1));
  return { sealed: releasedStateSchema.safeParse(entries[place]?.facts).data, undone };
}

async function planIn(store: EvidenceStore, run: string): Promise<LaterRelease['plan'] | undefined> {
  const entries = await provenEntries(store, run);
  const [first] = entries;
  if (first === undefined) return undefined;
  const archive = await provenArchive(store, run, archiveDigest(entries), first.packageDigest);
  return archive === undefined ? undefined : parsePlan(archivedFiles(archive).get(planFile));
}

/**
 * Later releases with their plans, each read from the package in the folder of its run and proven by that run's evidence. One
 * whose plan cannot be proven is left out: what it changed then counts as drift, and is looked at.
 */
export async function laterReleases(
  stores: readonly EvidenceStore[],
  named: ReleasedState['later'],
): Promise<LaterRelease[]> {
  const found = named.map(async ({ package: name, run }) => {
    const plans = await Promise.all(stores.map((store) => planIn(store, run).catch(() => undefined)));
    const plan = plans.find((each) => each !== undefined);
    return plan === undefined ? [] : [{ package: name, run, plan }];
  });
  return (await Promise.all(found)).flat();
}
