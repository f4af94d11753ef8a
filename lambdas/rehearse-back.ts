import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { rehearseBack as createHandler } from '../core/rehearsal/rehearse-back.ts';
import { bind } from './bind.ts';

export { createHandler };

/** States *Rehearse back*: the full rollback, and the proof that it is one. */
export const handler = bind(environmentSchemas['rehearse-back'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
