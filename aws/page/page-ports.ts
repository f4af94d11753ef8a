import { join } from 'node:path';
import type { PagePorts } from '../../core/approval/page/ports.ts';
import type { Environment } from '../../core/base/environment.ts';
import { createDecisionBucket } from '../decision-bucket.ts';
import { createNotifierPorts } from '../notifier-ports.ts';
import { createDocumentReader } from './document-reader.ts';
import { readPageFacts, readPageFiles } from './page-files.ts';
import { createReleaseDesk } from './release-desk.ts';
import { createReportBucket } from './report-bucket.ts';
import { createTokenVerifier } from './token-verifier.ts';
import { createUserPool } from './user-pool.ts';

/** The ports of the approver's page on AWS; the files of the page are packed beside the function. */
export function createPagePorts(settings: Environment<'approval-page'>): PagePorts {
  const folder = join(__dirname, 'page');
  return {
    ...createNotifierPorts(settings),
    tokens: createTokenVerifier(settings.ISSUER),
    people: createUserPool(settings.USER_POOL_ID),
    desk: createReleaseDesk(settings.STATE_MACHINE_ARN),
    decisions: createDecisionBucket(settings.EVIDENCE_BUCKET),
    documents: createDocumentReader(),
    reports: createReportBucket(settings.EVIDENCE_BUCKET),
    files: readPageFiles(folder, readPageFacts(folder)),
  };
}
