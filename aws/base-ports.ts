import type { BasePorts } from '../core/base/step-ports.ts';
import { systemClock } from './clock.ts';
import { createEvidenceBucket } from './evidence-bucket.ts';
import { createJsonLog } from './json-log.ts';

/**
 * The ports that every function has on AWS. A handler adds only the further ports that it needs, so that its bundle
 * stays small.
 */
export function createBasePorts(settings: { readonly EVIDENCE_BUCKET: string }): BasePorts {
  return { clock: systemClock, evidence: createEvidenceBucket(settings.EVIDENCE_BUCKET), log: createJsonLog() };
}
