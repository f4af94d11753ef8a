import { createDriftPorts } from '../aws/drift-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { checkDrift } from '../core/drift/check-drift.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['check-drift'], checkDrift);

/** Runs on a schedule, outside the state machines: compares what was released with what was sealed. */
export const handler = createHandler(createDriftPorts);
