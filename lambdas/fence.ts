import { createExecutionReader } from '../aws/execution-history.ts';
import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { fence } from '../core/rollback/fence.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['fence'], fence);

/** State *Fence* of ROLLBACK: stops what is running, and says when nothing can start any more. */
export const handler = createHandler((settings) => ({
  ...createSenderPorts(settings),
  executions: createExecutionReader(),
}));
