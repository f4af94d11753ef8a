import { createNotifierPorts } from '../aws/notifier-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { writeReport } from '../core/release/write-report.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['write-report'], writeReport);

/** State *Write report* of RELEASE: the last step, however the release ended. */
export const handler = createHandler(createNotifierPorts);
