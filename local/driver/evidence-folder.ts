import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { entryFileName, evidenceFolderName, reportFileName } from '../../core/base/evidence-key.ts';
import { archiveFile } from '../../core/package/archive-file.ts';
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
 * Writes a file that is not there yet; false when it is. It is linked when it is complete, so that it appears whole or not
 * at all, and only one writer gets the name.
 */
async function writeOnce(file: string, text: string): Promise<boolean> {
  const draft = join(dirname(file), `.${basename(file)}-${randomUUID()}`);
  await writeFile(draft, text, { flag: 'wx', mode: 0o444 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
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
      return writeOnce(join(folder, name), text);
    },
    async writeArchive(runId, text) {
      const file = join(root, evidenceFolderName(runId), archiveFile);
      await mkdir(join(root, evidenceFolderName(runId)), { recursive: true });
      if (await writeOnce(file, text)) return;
      if ((await readFile(file, 'utf8')) !== text) throw new Error(`${file} holds another package`);
    },
    readArchive: (runId) => readFile(join(root, evidenceFolderName(runId), archiveFile), 'utf8'),
    async writeReport(runId, fileName, text) {
      const folder = join(root, evidenceFolderName(runId));
      const path = join(folder, reportFileName(fileName));
      await mkdir(folder, { recursive: true });
      await writeFile(path, text, 'utf8');
      return path;
    },
  };
}
