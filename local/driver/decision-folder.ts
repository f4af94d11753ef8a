import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertDecisionKey } from '../../core/base/evidence-key.ts';
import type { DecisionReader, DecisionStore } from '../../core/base/ports.ts';

/** The local counterpart of the decisions in the evidence bucket: write-once files under the same names. */
export function createDecisionFolder(root: string): DecisionReader & DecisionStore {
  return {
    async read(key) {
      try {
        return await readFile(join(root, assertDecisionKey(key)), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(key, text) {
      const file = join(root, assertDecisionKey(key));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: 'wx', mode: 0o444 });
    },
  };
}
