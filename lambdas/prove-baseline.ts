import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { proveBaseline } from '../core/rollback/prove-baseline.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['prove-baseline'], proveBaseline);

/** State *Prove baseline* of ROLLBACK: proves that the database is as it was at entry, or calls a human. */
export const handler = createHandler(createSenderPorts);
