import { systemClock } from '../aws/clock.ts';
import { createJsonLog } from '../aws/json-log.ts';
import { createSnsNotifier } from '../aws/sns-notifier.ts';
import { createStandingReader } from '../aws/standing-executions.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { watchApproval } from '../core/approval/watch-approval.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['watch-approval'], watchApproval);

/** Runs on a schedule, outside the state machines: logs how long approvals have been waiting, and reminds. */
export const handler = createHandler(({ TOPIC_ARN: topic }) => ({
  clock: systemClock,
  log: createJsonLog(),
  notifier: createSnsNotifier(topic),
  standing: createStandingReader(),
}));
