import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { tryRelease } from '../core/release/try-release.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['try-release'], tryRelease);

/** State *Trial*: sends the trial, once; it can keep nothing. */
export const handler = createHandler(createSenderPorts);
