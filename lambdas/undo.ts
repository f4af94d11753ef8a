import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { undo } from '../core/rollback/undo.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['undo'], undo);

/** State *Undo* of ROLLBACK: one transaction that removes what the run created. */
export const handler = createHandler(createSenderPorts);
