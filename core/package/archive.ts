import * as z from 'zod';
import { canonicalJson, namedDigest, sha256Hex } from '../base/digest.ts';
import { parseJsonAs } from '../base/json.ts';
import { manifestLines } from './manifest.ts';

const archiveSchema = z.strictObject({
  format: z.literal('one-roof-package/1'),
  /** `sha256sum` of every file of the package; its own sha256 is the digest that was approved. */
  manifest: z.string(),
  /** The plan and every file that a script of it is made of, by path. Generated copies are in the manifest alone. */
  files: z.record(z.string(), z.string()),
});

/** A package as the folder of a run holds it: enough to show, and to prove, every line that was sent. */
export type PackageArchive = z.infer<typeof archiveSchema>;

/** An archive by its bytes; undefined when they are none. */
export function parseArchive(text: string | undefined): PackageArchive | undefined {
  const archive = parseJsonAs(archiveSchema, text);
  return archive !== undefined && canonicalJson(archive) === text ? archive : undefined;
}

/** What is wrong with an archive that should be of the package with this digest; nothing when every byte is proven. */
export function* archiveProblems({ manifest, files }: PackageArchive, packageDigest: string): Generator<string> {
  if (namedDigest(manifest) !== packageDigest) yield `its manifest is not that of the package ${packageDigest}`;
  const lines = manifestLines(manifest);
  for (const [path, text] of Object.entries(files))
    if (lines.get(path) !== sha256Hex(text)) yield `${path} in it is not the file of the manifest`;
}

/** The files of an archive, as everything that reads a package takes them. */
export function archivedFiles({ files }: PackageArchive): Map<string, string> {
  return new Map(Object.entries(files));
}
