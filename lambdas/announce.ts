import { createAnnouncerPorts } from '../aws/event-bus.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { announce } from '../core/report/announce.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['announce'], announce);

/** States *Announce wait* and *Announce ending*: tell EventBridge. */
export const handler = createHandler(createAnnouncerPorts);
