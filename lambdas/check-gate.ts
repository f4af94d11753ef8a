import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { checkGate as createHandler } from '../core/gate/check-gate.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Check gate*: starts every release; sends only the read-only gate script. */
export const handler = bind(environmentSchemas['check-gate'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
