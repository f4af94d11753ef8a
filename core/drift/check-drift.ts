import * as z from 'zod';
import { createCallScript } from '../command/call-script.ts';
import { pinDocuments } from '../command/pin-documents.ts';
import { canonicalJson } from '../base/digest.ts';
import type { Environment } from '../base/environment.ts';
import { DRIFT } from '../base/evidence-key.ts';
import { parseJsonFact } from '../base/json.ts';
import { logLines } from '../base/log-lines.ts';
import { runIdOf } from '../base/run-id.ts';
import type { DriftPorts } from '../base/step-ports.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import { parseEntries } from '../evidence/parse-entries.ts';
import { differencesOf } from './differences.ts';
import { withoutPlanned } from './planned.ts';
import { driftScript, releasedStateSchema, type ReleasedState } from './released-state.ts';
import { laterReleases, sealedRecord } from './sealed-record.ts';
import { tellDrift } from './tell-drift.ts';

/** What a look at the database came to. */
export const driftSchema = z.object({
  outcome: z.enum(['as_sealed', 'drifted', 'nothing_sealed', 'not_recorded']),
  /** The release that is watched; absent where nothing is sealed. */
  run: z.string().optional(),
  /** What is not as it was sealed, a sentence each. */
  differences: z.array(z.string()),
  /** What later releases changed by their plans, a sentence each. */
  planned: z.array(z.string()),
});

/** @see driftSchema */
export type Drift = z.infer<typeof driftSchema>;

type Settings = Environment<'check-drift'>;

/** Reads the state of now; with a snapshot, the rows of that time are told from those that came later. */
type ReadState = (snapshot?: string) => Promise<ReleasedState>;

function stateReader(settings: Settings, ports: DriftPorts): ReadState {
  const enteredAt = ports.clock.now();
  const runId = runIdOf(`${driftScript}:${enteredAt.toISOString()}`);
  return async (snapshot) => {
    const documents = await pinDocuments(ports, settings);
    const parameters = snapshot === undefined ? {} : { entrySnapshot: snapshot };
    const call = createCallScript(ports, settings, { runId, enteredAt: ports.clock.now(), documents, parameters });
    const { facts } = await call(driftScript);
    return parseJsonFact(releasedStateSchema, facts['json']);
  };
}

/** The release that the last look found sealed, unless it was taken back since: its stamps may be what was lost. */
async function lastWatched(ports: DriftPorts, seen: Drift | undefined): Promise<string | undefined> {
  if (seen?.run === undefined || seen.outcome === 'nothing_sealed') return undefined;
  const { undone } = await sealedRecord(ports.evidence, seen.run);
  return undone ? undefined : seen.run;
}

async function runToWatch(ports: DriftPorts, now: ReleasedState, seen: Drift | undefined): Promise<string | undefined> {
  if (now.state === null) return lastWatched(ports, seen);
  return now.state === 'released' && now.run !== null ? now.run : undefined;
}

async function judge(read: ReadState, ports: DriftPorts, seen: Drift | undefined): Promise<Drift> {
  const now = await read();
  const run = await runToWatch(ports, now, seen);
  if (run === undefined) return { outcome: 'nothing_sealed', differences: [], planned: [] };
  const { sealed } = await sealedRecord(ports.evidence, run);
  if (sealed === undefined) return { outcome: 'not_recorded', run, differences: [], planned: [] };
  // Rows that came later hide those of the seal, so it is asked again only when something differs.
  const equal = differencesOf(sealed, now).length === 0;
  const found = equal ? [] : differencesOf(sealed, await read(sealed.snapshot));
  const later = found.length === 0 ? [] : await laterReleases([ports.evidence, ...ports.laterEvidence], now.later);
  const { drift, planned } = withoutPlanned(found, later);
  const differences = drift.map(({ sentence }) => sentence);
  return { outcome: differences.length === 0 ? 'as_sealed' : 'drifted', run, differences, planned };
}

/**
 * Compares what the release made and wrote with what was read behind its seal, and repairs nothing. A difference is logged,
 * which raises the alarm, at each look; people are told, and evidence is written, when a look finds something else than
 * the one before. Started by a schedule and by `one-roof drift`.
 * @throws EvidenceNotWritten, or as `runScript`, when it cannot be known.
 */
export function checkDrift(environment: Settings, ports: DriftPorts) {
  return async (): Promise<Drift> => {
    const { PACKAGE } = environment;
    const looks = parseEntries(await ports.evidence.list(DRIFT)).filter(({ facts }) => facts['package'] === PACKAGE);
    const seen = driftSchema.safeParse(looks.at(-1)?.facts).data;
    const found = await judge(stateReader(environment, ports), ports, seen);
    const { outcome, run = '', differences } = found;
    if (outcome === 'drifted') ports.log.warn(logLines.drifted, { watched: run, differences: differences.length });
    else ports.log.info('drift looked for', { outcome, watched: run });
    if (canonicalJson(found) === canonicalJson(seen ?? {})) return found;
    const entry = {
      runId: DRIFT,
      step: driftScript,
      packageDigest: environment.PACKAGE_DIGEST,
      facts: { package: PACKAGE, ...found },
    };
    await recordEvidence(ports, entry);
    if (outcome === 'drifted') await tellDrift(ports, run, differences, environment.TITLE);
    return found;
  };
}
