import type { EvidenceEntry } from '../../evidence/evidence.ts';
import { archiveDigest, wasUndone } from '../../evidence/entries.ts';
import { provenArchive } from '../../evidence/kept-archive.ts';
import { parseEntries } from '../../evidence/parse-entries.ts';
import { lastRelease } from '../../evidence/releases.ts';
import { type FileChange, packageChanges } from '../../package/package-changes.ts';
import { requestIn } from '../approval-request.ts';
import type { FoundRun, PageEnvironment } from './find-run.ts';
import { Refusal } from './http.ts';
import type { PagePorts } from './ports.ts';

/** What differs from the last package that was released; without `since`, none was released before. */
interface Changes {
  readonly since?: {
    readonly runId: string;
    readonly at: string;
    readonly packageDigest: string;
    /** Whether that release was undone after all. */
    readonly undone: boolean;
  };
  readonly files: readonly FileChange[];
}

async function entriesOf({ evidence }: PagePorts, runId: string): Promise<EvidenceEntry[]> {
  return parseEntries(await evidence.list(runId));
}

/**
 * What differs between the package that waits and the last one that this machine released, each out of the evidence and
 * proven by its digests: the one by what the approver is asked about, the other by the list of releases.
 * @throws Refusal 404 before anybody was asked, 409 when one of them cannot be read as it was approved.
 */
export async function showChanges(
  environment: PageEnvironment,
  ports: PagePorts,
  { view, events }: FoundRun,
): Promise<Changes> {
  const asked = events.map(requestIn).findLast((request) => request !== undefined)?.shown;
  if (asked === undefined || view.startedAt === undefined)
    throw new Refusal(404, 'Nobody has been asked yet, so there is nothing to compare.');
  const { runId, packageDigest } = asked;
  const last = await lastRelease(ports, environment.STATE_MACHINE_ARN, view.startedAt);
  if (last === undefined) return { files: [] };
  const named = archiveDigest(await entriesOf(ports, runId));
  const [now, before] = await Promise.all([
    provenArchive(ports.evidence, runId, named, packageDigest),
    provenArchive(ports.evidence, last.runId, last.archive, last.packageDigest),
  ]);
  if (now === undefined)
    throw new Refusal(409, 'The evidence does not hold the package that waits as it is, so nothing was compared.');
  if (before === undefined)
    throw new Refusal(
      409,
      `The evidence does not hold the package of release ${last.runId} as it was, so nothing was compared.`,
    );
  const undone = wasUndone(await entriesOf(ports, last.runId));
  const since = { runId: last.runId, at: last.at, packageDigest: last.packageDigest, undone };
  return { since, files: packageChanges(before, now) };
}
