import { createBasePorts } from '../aws/base-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { recordRehearsal } from '../core/rehearsal/record-rehearsal.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['record-rehearsal'], recordRehearsal);

/** State *Record*: records the result of the rehearsal where the gate looks for it. */
export const handler = createHandler(createBasePorts);
