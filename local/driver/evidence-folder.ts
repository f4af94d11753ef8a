import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
      const folder = join(root, runId);
      const names = await entryNames(folder);
      return Promise.all(
        names.map(async (name): Promise<StoredEntry> => {
          return { sequence: Number(name.slice(0, 4)), text: await readFile(join(folder, name), 'utf8') };
        }),
      );
    },
    async write(runId, sequence, text) {
      const folder = join(root, runId);
      await mkdir(folder, { recursive: true });
      const number = String(sequence).padStart(4, '0');
      // The file is linked when it is complete, so that an entry appears whole or not at all, and only one writer gets
      // the name.
      const draft = join(folder, `.${number}-${randomUUID()}`);
      await writeFile(draft, text, { flag: 'wx', mode: 0o444 });
      try {
        await link(draft, join(folder, `${number}.json`));
        return true;
      } catch (error) {
        if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST') return false;
        throw error;
      } finally {
        await rm(draft, { force: true });
      }
    },
    async writeReport(runId, fileName, text) {
      const folder = join(root, runId);
      await mkdir(folder, { recursive: true });
      const path = join(folder, fileName);
      await writeFile(path, text, 'utf8');
      return path;
    },
  };
}
