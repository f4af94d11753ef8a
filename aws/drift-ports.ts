import type { Environment } from '../core/base/environment.ts';
import type { DriftPorts } from '../core/base/step-ports.ts';
import { createEvidenceBucket } from './evidence-bucket.ts';
import { createNotifierPorts } from './notifier-ports.ts';
import { createSenderPorts } from './sender-ports.ts';

/** The ports of the watch over what was released, on AWS. */
export function createDriftPorts(settings: Environment<'check-drift'>): DriftPorts {
  const laterEvidence = settings.LATER_BUCKETS.map((bucket) => createEvidenceBucket(bucket));
  return { ...createSenderPorts(settings), ...createNotifierPorts(settings), laterEvidence };
}
