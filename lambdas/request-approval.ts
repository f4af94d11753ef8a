import { createNotifierPorts } from '../aws/notifier-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { requestApproval } from '../core/approval/request-approval.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['request-approval'], requestApproval);

/** State *Await approval*: tells the approvers; Step Functions then waits for the task token. */
export const handler = createHandler(createNotifierPorts);
