import { createExecutionSearch } from '../aws/execution-history.ts';
import { createNotifierPorts } from '../aws/notifier-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { reportRollback } from '../core/rollback/report-rollback.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['report-rollback'], reportRollback);

/** State *Write report* of ROLLBACK: the last step of every rollback, also of one that failed. */
export const handler = createHandler((settings) => ({
  ...createNotifierPorts(settings),
  executions: createExecutionSearch(),
}));
