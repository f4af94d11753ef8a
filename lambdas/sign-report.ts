import { createSignerPorts } from '../aws/kms-signer.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { signReport } from '../core/report/sign-report.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['sign-report'], signReport);

/** State *Sign report* of both machines: behind *Write report*, however the run ended. */
export const handler = createHandler(createSignerPorts);
