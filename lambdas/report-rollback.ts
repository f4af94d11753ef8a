import { createBasePorts } from '../aws/base-ports.ts';
import { createExecutionReader } from '../aws/execution-history.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { reportRollback as createHandler } from '../core/rollback/report-rollback.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Write report* of ROLLBACK: the last step of every rollback, also of one that failed. */
export const handler = bind(environmentSchemas['report-rollback'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  executions: createExecutionReader(),
}));
