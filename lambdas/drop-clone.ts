import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { dropClone as createHandler } from '../core/rehearsal/drop-clone.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Drop clone*: follows everything. */
export const handler = bind(environmentSchemas['drop-clone'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
