import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { rehearseForward } from '../core/rehearsal/rehearse-forward.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['rehearse-forward'], rehearseForward);

/** States *Rehearse forward*: runs the next tier on the clone. */
export const handler = createHandler(createSenderPorts);
