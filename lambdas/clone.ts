import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { clone } from '../core/rehearsal/clone.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['clone'], clone);

/** State *Clone*: copies production into the clone, in the same container. */
export const handler = createHandler(createSenderPorts);
