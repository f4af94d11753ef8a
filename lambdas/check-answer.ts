import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { checkAnswer as createHandler } from '../core/approval/check-answer.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Check answer*: judges what the approver sent; sends only read-only scripts. */
export const handler = bind(environmentSchemas['check-answer'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
