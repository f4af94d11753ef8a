import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { refuseFurtherRun } from '../core/rehearsal/refuse-further-run.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['refuse-further-run'], refuseFurtherRun);

/** State *Refuse a further run*: starts a second release, which must be refused. */
export const handler = createHandler(createSenderPorts);
