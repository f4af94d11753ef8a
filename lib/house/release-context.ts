import type { ReleasePackage } from '../../core/package/package.ts';
import type { ApprovalTopic } from '../approval/approval.ts';
import type { CommandDocuments } from './command-documents.ts';
import type { EvidenceBucket } from './evidence-bucket.ts';
import type { Settings } from './settings.ts';

/** What every step of both machines is built from. */
export interface ReleaseContext {
  readonly settings: Settings;
  readonly release: ReleasePackage;
  readonly documents: CommandDocuments;
  readonly evidence: EvidenceBucket;
  readonly topic: ApprovalTopic;
}
