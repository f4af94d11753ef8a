import { namedDigest } from '../base/digest.ts';
import type { EvidenceStore } from '../base/ports.ts';
import { archiveProblems, type PackageArchive, parseArchive } from '../package/archive.ts';

type Store = Pick<EvidenceStore, 'readArchive'>;

/**
 * The package in the folder of a run, if it has the digest that the evidence of the run names; undefined otherwise.
 * @throws the store's error when it cannot be read.
 */
export async function keptArchive(store: Store, runId: string, named: string): Promise<PackageArchive | undefined> {
  const text = await store.readArchive(runId);
  return namedDigest(text) === named ? parseArchive(text) : undefined;
}

/** The same, if its files are moreover those of the package with this digest. Undefined also when it cannot be read. */
export async function provenArchive(
  store: Store,
  runId: string,
  named: string | undefined,
  packageDigest: string,
): Promise<PackageArchive | undefined> {
  const archive = named === undefined ? undefined : await keptArchive(store, runId, named).catch(() => undefined);
  return archive === undefined || [...archiveProblems(archive, packageDigest)].length > 0 ? undefined : archive;
}
