import { createGatePorts } from '../aws/gate-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { checkGate } from '../core/gate/check-gate.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['check-gate'], checkGate);

/** State *Check gate*: starts every release; sends only the read-only gate script. */
export const handler = createHandler(createGatePorts);
