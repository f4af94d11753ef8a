import type { BasePorts } from '../core/base/ports.ts';
import { systemClock } from './clock.ts';
import { createEvidenceBucket } from './evidence-bucket.ts';
import { createJsonLog } from './json-log.ts';

/** The ports that every function has on AWS; a handler adds the ones it needs, so that its bundle stays small. */
export function createBasePorts(settings: { readonly EVIDENCE_BUCKET: string }): BasePorts {
  return { clock: systemClock, evidence: createEvidenceBucket(settings.EVIDENCE_BUCKET), log: createJsonLog() };
}
