import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../core/ports.ts';

/** Structured log lines in CloudWatch; callers pass named fields, never SQL, tokens or rows. */
export function createJsonLog(): Log {
  const logger = new Logger({ serviceName: 'one-roof-release' });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
  };
}
