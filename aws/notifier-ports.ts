import type { NotifierPorts } from '../core/base/step-ports.ts';
import { createBasePorts } from './base-ports.ts';
import { createSnsNotifier } from './sns-notifier.ts';

/** The ports of a function that tells people something, on AWS. */
export function createNotifierPorts(settings: {
  readonly EVIDENCE_BUCKET: string;
  readonly TOPIC_ARN: string;
}): NotifierPorts {
  return { ...createBasePorts(settings), notifier: createSnsNotifier(settings.TOPIC_ARN) };
}
