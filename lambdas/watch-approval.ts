import { systemClock } from '../aws/clock.ts';
import { createJsonLog } from '../aws/json-log.ts';
import { createStandingReader } from '../aws/standing-executions.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { watchApproval as createHandler } from '../core/approval/watch-approval.ts';
import { bind } from './bind.ts';

export { createHandler };

/** On a schedule, beside the state machines: says how long approvals have been waiting. */
export const handler = bind(environmentSchemas['watch-approval'], createHandler, () => {
  return { clock: systemClock, log: createJsonLog(), standing: createStandingReader() };
});
