import { createBasePorts } from '../aws/base-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { recordRehearsal as createHandler } from '../core/rehearsal/record-rehearsal.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Record*: what the rehearsal came to, where the gate looks for it. */
export const handler = bind(environmentSchemas['record-rehearsal'], createHandler, createBasePorts);
