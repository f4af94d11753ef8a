import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { checkClone } from '../core/rehearsal/check-clone.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['check-clone'], checkClone);

/** State *Check clone*: the post checks on the clone, and the locks that were measured. */
export const handler = createHandler(createSenderPorts);
