import { createExecutionReader } from '../aws/execution-history.ts';
import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { fence } from '../core/rollback/fence.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['fence'], fence);

/** State *Fence* of ROLLBACK: stops what runs, and says from when on nothing can start. */
export const handler = createHandler((settings) => ({
  ...createSenderPorts(settings),
  executions: createExecutionReader(),
}));
