import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { clone as createHandler } from '../core/rehearsal/clone.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Clone*: copies production beside itself. */
export const handler = bind(environmentSchemas['clone'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
