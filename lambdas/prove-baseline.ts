import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { proveBaseline as createHandler } from '../core/rollback/prove-baseline.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Prove baseline* of ROLLBACK: the database is as it was at entry, or a human is called. */
export const handler = bind(environmentSchemas['prove-baseline'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
