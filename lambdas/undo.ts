import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { undo as createHandler } from '../core/rollback/undo.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Undo* of ROLLBACK: one transaction that removes what the run created. */
export const handler = bind(environmentSchemas['undo'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
