import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { rehearseForward as createHandler } from '../core/rehearsal/rehearse-forward.ts';
import { bind } from './bind.ts';

export { createHandler };

/** States *Rehearse forward*: one tier on the clone. */
export const handler = bind(environmentSchemas['rehearse-forward'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
