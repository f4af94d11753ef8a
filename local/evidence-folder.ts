import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceStore, StoredEntry } from '../core/ports.ts';

const entryFile = /^(\d{4})\.json$/;

async function entryNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => entryFile.test(name)).sort();
  } catch {
    return [];
  }
}

/**
 * The evidence bucket's twin on this machine: one folder a run, write-once files with the same names as in the bucket.
 * Files are made read-only, which keeps out accidents, not an owner who insists: the hash chain shows those.
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
    async write(runId, sequence, _step, text) {
      const folder = join(root, runId);
      await mkdir(folder, { recursive: true });
      const number = String(sequence).padStart(4, '0');
      try {
        await writeFile(join(folder, `${number}.json`), text, { flag: 'wx', mode: 0o444 });
        return true;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
        throw error;
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
