import type { MachineNames } from '../../core/base/names.ts';
import type { ReleasePackage } from '../../core/package/package.ts';
import type { ApprovalTopic } from '../approval/approval.ts';
import type { CommandDocuments } from './command-documents.ts';
import type { EvidenceBucket } from './evidence-bucket.ts';
import type { SigningKey } from './signing-key.ts';
import type { Settings } from './settings.ts';

/** What every step of the machines is built from. */
export interface ReleaseContext {
  /** Names of the three machines, which refer to each other by name. */
  readonly names: MachineNames;
  readonly settings: Settings;
  readonly release: ReleasePackage;
  readonly documents: CommandDocuments;
  readonly evidence: EvidenceBucket;
  readonly topic: ApprovalTopic;
  readonly signing: SigningKey;
  /** Address of the approver's page for a run, with `RUN` for its id; empty where there is no page. */
  readonly pageLink: string;
}
