import { createBasePorts } from '../aws/base-ports.ts';
import { createSnsNotifier } from '../aws/sns-notifier.ts';
import { environmentSchemas } from '../core/base/environment.ts';
import { writeReport as createHandler } from '../core/release/write-report.ts';
import { bind } from './bind.ts';

export { createHandler };

/** State *Write report*: the last step of every ending. */
export const handler = bind(environmentSchemas['write-report'], createHandler, (environment) => ({
  ...createBasePorts(environment),
  notifier: createSnsNotifier(environment.TOPIC_ARN),
}));
