import { createBasePorts } from '../aws/base-ports.ts';
import { createExecutionReader } from '../aws/execution-history.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { fence as createHandler } from '../core/rollback/fence.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Fence* of ROLLBACK: stops what runs, and says from when on nothing can start. */
export const handler = bind(environmentSchemas['fence'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
  executions: createExecutionReader(),
}));
