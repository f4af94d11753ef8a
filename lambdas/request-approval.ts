import { createBasePorts } from '../aws/base-ports.ts';
import { createSnsNotifier } from '../aws/sns-notifier.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { requestApproval as createHandler } from '../core/approval/request-approval.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Await approval*: tells the approvers; Step Functions then waits for the task token. */
export const handler = bind(environmentSchemas['request-approval'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  notifier: createSnsNotifier(environment.TOPIC_ARN),
}));
