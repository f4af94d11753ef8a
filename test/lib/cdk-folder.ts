import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for the Apps of a test file, which is gone after its tests; jest.config.mjs refuses Apps without one. */
export function cdkFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-cdk-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
