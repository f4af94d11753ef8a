import { createPagePorts } from '../aws/page/page-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { approvalPage } from '../core/approval/page/page.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['approval-page'], approvalPage);

/** The approver's page behind the HTTP API: the only function that writes decisions and answers an approval. */
export const handler = createHandler(createPagePorts);
