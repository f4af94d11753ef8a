import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { postChecks } from '../core/release/post-checks.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['post-checks'], postChecks);

/** State *Post checks*: reads the sealed release as an outsider; never leads to a rollback. */
export const handler = createHandler(createSenderPorts);
