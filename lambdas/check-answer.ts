import { createAnswerPorts } from '../aws/answer-ports.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { checkAnswer } from '../core/approval/check-answer.ts';
import { bind } from './bind.ts';

/** @see CreateHandler */
export const createHandler = bind(environmentSchemas['check-answer'], checkAnswer);

/** State *Check answer*: judges what the approver sent; sends only read-only scripts. */
export const handler = createHandler(createAnswerPorts);
