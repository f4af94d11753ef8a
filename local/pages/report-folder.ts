import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newestReport } from '../../core/approval/page/newest-report.ts';
import type { ReportReader } from '../../core/approval/page/ports.ts';
import { evidenceFolderName } from '../../core/base/evidence-key.ts';

/** The reports in the evidence folder of a laptop. */
export function createReportFolder(root: string): ReportReader {
  return {
    async html(runId) {
      const folder = join(root, evidenceFolderName(runId));
      const name = newestReport(await readdir(folder).catch(() => []));
      return name === undefined ? undefined : readFile(join(folder, name), 'utf8');
    },
  };
}
