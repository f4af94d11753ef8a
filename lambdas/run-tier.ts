import { createSenderPorts } from '../aws/sender-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { runTier } from '../core/release/run-tier.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['run-tier'], runTier);

/** One function per tier, all from this file: sends that tier's script, once. */
export const handler = createHandler(createSenderPorts);
