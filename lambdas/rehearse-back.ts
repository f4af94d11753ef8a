import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { rehearseBack } from '../core/rehearsal/rehearse-back.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['rehearse-back'], rehearseBack);

/** States *Rehearse back*: the full rollback on the clone, and the proof that nothing is left. */
export const handler = createHandler(createSenderPorts);
