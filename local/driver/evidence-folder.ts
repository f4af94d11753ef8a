import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entryFileName, evidenceFolderName, reportFileName } from '../../core/base/evidence-key.ts';
import type { EvidenceStore, StoredEntry } from '../../core/base/ports.ts';

const entryFile = /^(\d{4})\.json$/;

async function entryNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => entryFile.test(name)).sort();
  } catch {
    return [];
  }
}

/**
 * The local counterpart of the evidence bucket: one folder per run, with write-once files under the same names as in
 * the bucket. Files are made read-only, which prevents accidents; a deliberate change by the owner shows in the hash
 * chain.
 */
export function createEvidenceFolder(root: string): EvidenceStore {
  return {
    async list(runId) {
      const folder = join(root, evidenceFolderName(runId));
      const names = await entryNames(folder);
      return Promise.all(
        names.map(async (name): Promise<StoredEntry> => {
          return { sequence: Number(name.slice(0, 4)), text: await readFile(join(folder, name), 'utf8') };
        }),
      );
    },
    async write(runId, sequence, text) {
      const folder = join(root, evidenceFolderName(runId));
      const name = entryFileName(sequence);
      await mkdir(folder, { recursive: true });
      // The file is linked when it is complete, so that an entry appears whole or not at all, and only one writer gets
      // the name.
      const draft = join(folder, `.${name}-${randomUUID()}`);
      await writeFile(draft, text, { flag: 'wx', mode: 0o444 });
      try {
        await link(draft, join(folder, name));
        return true;
      } catch (error) {
        if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST') return false;
        throw error;
      } finally {
        await rm(draft, { force: true });
      }
    },
    async writeReport(runId, fileName, text) {
      const folder = join(root, evidenceFolderName(runId));
      const path = join(folder, reportFileName(fileName));
      await mkdir(folder, { recursive: true });
      await writeFile(path, text, 'utf8');
      return path;
    },
  };
}
