import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { checkClone as createHandler } from '../core/rehearsal/check-clone.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Check clone*: the post checks, and what was measured. */
export const handler = bind(environmentSchemas['check-clone'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
