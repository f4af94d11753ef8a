import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { postChecks as createHandler } from '../core/release/post-checks.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Post checks*: reads the sealed release as an outsider; never leads to a rollback. */
export const handler = bind(environmentSchemas['post-checks'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
