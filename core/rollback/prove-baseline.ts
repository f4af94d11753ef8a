import type * as z from 'zod';
import { callAll, createCallScript } from '../command/call-script.ts';
import { type provenSchema, undoneSchema } from '../base/rollback-contracts.ts';
import { type Environment, scriptName } from '../base/environment.ts';
import { BaselineNotProven } from '../base/errors.ts';
import { recordEvidenceIfPossible, recordFailure } from '../evidence/evidence.ts';
import { wasUndone } from '../evidence/entries.ts';
import { parseEntries } from '../evidence/parse-entries.ts';
import { pinDocuments } from '../command/pin-documents.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { changedSections, judgeChanges, sectionsOf, serverUpgrade } from '../ending/changed-sections.ts';
import { MAX_SNAPSHOT_LENGTH, snapshotPattern } from '../command/document.ts';
import { parseStep } from '../base/step-input.ts';

/** The snapshot that the entry fingerprint holds, as far as a call can carry it. */
function snapshotOf(entry: string | undefined): string | undefined {
  const { snapshot = '' } = entry === undefined ? {} : sectionsOf(entry);
  return snapshot.length <= MAX_SNAPSHOT_LENGTH && snapshotPattern.test(snapshot) && snapshot !== ''
    ? snapshot
    : undefined;
}

/**
 * Whether the work of the run was taken back by its own undo, now or by an earlier rollback, or no tier of it was ever kept.
 * Objects that vanished otherwise were removed by hand, and then nobody has put rows and definitions back. Each tier is
 * recorded before the next one begins, and the second one stamps what it creates, so that without stamps it was not kept.
 */
async function isPutBack(ports: SenderPorts, { runId, undo }: z.output<typeof undoneSchema>): Promise<boolean> {
  if (undo['outcome'] === 'undone') return true;
  const entries = parseEntries(await ports.evidence.list(runId).catch(() => []));
  const kept = entries.filter(({ step }) => step.startsWith('tier-') && !step.endsWith('-failed'));
  return wasUndone(entries) || (entries.length > 0 && kept.length < 2);
}

/**
 * State *Prove baseline*: proves that the database is as it was at entry, by reading it, not by believing the undo. What
 * others changed meanwhile is named, and no failure.
 * @throws BaselineNotProven naming what differs by the release, or when the entry fingerprint is not known.
 */
export function proveBaseline(environment: Environment<'prove-baseline'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof provenSchema>> => {
    const { state } = parseStep(undoneSchema, event);
    const { runId, entryFingerprint } = state;
    const documents = await pinDocuments(ports, environment);
    // The start-by counts from this attempt, as in the fence: a retry keeps the state's EnteredTime.
    const entrySnapshot = snapshotOf(entryFingerprint);
    const parameters = entrySnapshot === undefined ? {} : { entrySnapshot };
    const call = createCallScript(ports, environment, { runId, enteredAt: ports.clock.now(), documents, parameters });
    const entry = { runId, step: 'prove-baseline', packageDigest: environment.PACKAGE_DIGEST };
    try {
      // The reader takes the others: that it was shut out meanwhile calls no human to a database that is as before.
      const baseline = await callAll(call, environment.SCRIPTS.map(scriptName), ['fingerprint']);
      if (entryFingerprint === undefined) {
        throw new BaselineNotProven(
          'The work of the run is undone, but its entry fingerprint is not known, so the baseline could not be compared: compare with a dump by hand.',
        );
      }
      const now = baseline['fingerprint']?.['json'];
      const strict = judgeChanges(entryFingerprint, now, false);
      // The evidence is asked only where it matters, as a rollback does not depend on the store.
      const putBack = strict.ours.length > 0 && (await isPutBack(ports, state));
      const { ours, others, excused } = putBack ? judgeChanges(entryFingerprint, now, true) : strict;
      const upgrade = serverUpgrade(sectionsOf(entryFingerprint), sectionsOf(now));
      const unproven = upgrade === '' ? ours : changedSections(entryFingerprint, now);
      if (unproven.length > 0) {
        throw new BaselineNotProven(
          `Not as before the release: ${unproven.join(', ')}${upgrade === '' ? '' : `. ${upgrade}`}`,
        );
      }
      const nothing = state.undo['outcome'] === 'nothing_to_undo' && state.stampedObjects === 0;
      const outcome = nothing ? 'nothing_to_roll_back' : 'rolled_back';
      await recordEvidenceIfPossible(ports, { ...entry, facts: { ...baseline, equalToEntry: true, others, excused } });
      return { ...state, baseline, outcome, ...(others.length === 0 ? {} : { others: [...others] }) };
    } catch (error) {
      await recordFailure(ports, entry, error);
      throw error;
    }
  };
}
