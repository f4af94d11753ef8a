import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { checkDisk } from '../core/rehearsal/check-disk.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['check-disk'], checkDisk);

/** State *Check disk*: removes what dead rehearsals left, and looks whether there is room. */
export const handler = createHandler(createSenderPorts);
