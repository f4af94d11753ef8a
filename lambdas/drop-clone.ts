import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { dropClone } from '../core/rehearsal/drop-clone.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['drop-clone'], dropClone);

/** State *Drop clone*: drops the clone, however the rehearsal went. */
export const handler = createHandler(createSenderPorts);
