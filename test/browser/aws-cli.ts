import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Stage } from '../cli/stage.ts';

const run = promisify(execFile);

/**
 * Starts a release with the AWS CLI of this machine, with the plain command of an operator; undefined where there is none. It runs
 * beside this process, which serves what the CLI asks.
 */
export async function startWithAwsCli({ runtime }: Stage): Promise<string | undefined> {
  const installed = await run('aws', ['--version']).then(
    () => true,
    () => false,
  );
  if (!installed) return undefined;
  const { endpoint, key } = runtime.stepFunctions;
  const asked = ['--endpoint-url', endpoint, '--region', 'eu-central-1', '--query', 'executionArn', '--output', 'text'];
  const { stdout } = await run(
    'aws',
    ['stepfunctions', 'start-execution', '--state-machine-arn', runtime.releaseArn, ...asked],
    { env: { ...process.env, AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: 'any', AWS_PAGER: '' } },
  );
  return stdout.trim();
}
