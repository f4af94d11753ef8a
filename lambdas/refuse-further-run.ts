import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { refuseFurtherRun as createHandler } from '../core/rehearsal/refuse-further-run.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Refuse a further run*: two scripts that must fail. */
export const handler = bind(environmentSchemas['refuse-further-run'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
