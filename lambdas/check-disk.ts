import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { checkDisk as createHandler } from '../core/rehearsal/check-disk.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Check disk*: removes what dead rehearsals left, and looks whether there is room. */
export const handler = bind(environmentSchemas['check-disk'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
