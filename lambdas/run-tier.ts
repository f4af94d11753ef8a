import { createBasePorts } from '../aws/base-ports.ts';
import { createSsmCommands } from '../aws/ssm-commands.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { runTier as createHandler } from '../core/release/run-tier.ts';
import { bind } from './bind.ts';

export { createHandler };

/** One function a tier, all from this file: sends that tier's script, once. */
export const handler = bind(environmentSchemas['run-tier'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  commands: createSsmCommands(),
}));
