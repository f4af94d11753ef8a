import type { SFNClientConfig } from '@aws-sdk/client-sfn';
import { createExecutionReader } from '../../aws/execution-history.ts';
import { createRunningReader } from '../../aws/running-executions.ts';
import { createStandingReader } from '../../aws/standing-executions.ts';

/** The ports that read Step Functions, with the calls that the functions make on AWS: whoever binds all handlers needs all. */
export function createExecutionPorts(config: SFNClientConfig) {
  return {
    executions: createExecutionReader(config),
    standing: createStandingReader(config),
    running: createRunningReader(config),
  };
}
