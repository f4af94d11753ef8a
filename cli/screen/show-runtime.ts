import type { RuntimeFile } from '../../local/driver/runtime-file.ts';
import type { Terminal } from './terminal.ts';

function nextCommands({ name, key, stepFunctions, region, releaseArn, page }: RuntimeFile, code: string): string[] {
  const sfn = 'aws stepfunctions';
  const which = name === 'default' ? '--local' : `--local --name ${name}`;
  return [
    '',
    'Next, in another terminal:',
    `  one-roof start ${which}`,
    `  one-roof watch ${which} RUN                        # the run id that start shows`,
    `  one-roof approve ${which} --execution RUN --apr ${code}`,
    ...(page === undefined
      ? []
      : ['', 'Or as the approver does, in a browser: open the link of the message, or, with the run id,', `  ${page}`]),
    '',
    'Or with the AWS CLI alone. The access key is for this runtime only, and ends with it:',
    `  export AWS_ACCESS_KEY_ID=${key}`,
    `  export AWS_SECRET_ACCESS_KEY=$AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION=${region}`,
    `  export AWS_ENDPOINT_URL_SFN=${stepFunctions}`,
    `  ${sfn} list-state-machines`,
    `  ARN=$(${sfn} start-execution --state-machine-arn ${releaseArn} --input '{}' \\`,
    '    --query executionArn --output text)',
    `  WAITING=$(${sfn} get-execution-history --execution-arn $ARN --output text \\`,
    `    --query "events[?type=='TaskScheduled'].taskScheduledEventDetails.parameters | [-1]")`,
    '  TOKEN=$(node -p \'JSON.parse(process.argv[1]).Payload.token\' "$WAITING")',
    '  DIGEST=$(node -p \'JSON.parse(process.argv[1]).Payload.input.packageDigest\' "$WAITING")',
    `  ${sfn} send-task-success --task-token "$TOKEN" \\`,
    `    --task-output "{\\"apr\\": \\"${code}\\", \\"packageDigest\\": \\"$DIGEST\\"}"`,
    `  ${sfn} describe-execution --execution-arn $ARN --query status`,
    '',
    'Ctrl-C ends it and removes everything but the evidence.',
  ];
}

/**
 * Says where a runtime listens (stdout: a table, or JSON on one line) and what to type next (stderr), with `code` as
 * the approval code. JSON is for programs and often ends in a log, so the key is left to the runtime file.
 */
export function showRuntime(
  { runtime, path, code }: { runtime: RuntimeFile; path: string; code: string },
  terminal: Terminal,
  json: boolean,
): void {
  if (json) {
    terminal.data(JSON.stringify({ ...runtime, key: undefined, page: undefined, runtimeFile: path }));
    return;
  }
  const rows: readonly (readonly [string, string])[] = [
    ['Step Functions', `--endpoint-url ${runtime.stepFunctions}`],
    ['SSM', `--endpoint-url ${runtime.ssm}`],
    ['Lambda', `--endpoint-url ${runtime.lambda}`],
    ...(runtime.page === undefined ? [] : [['Approver’s page', new URL(runtime.page).origin] as const]),
    ['Release', runtime.releaseArn],
    ['Rollback', runtime.rollbackArn],
    ['Database', runtime.psql],
    ['Evidence', runtime.evidenceFolder],
    ['Runtime file', path],
  ];
  for (const [name, value] of rows) terminal.data(`${name.padEnd(15)} ${value}`);
  for (const line of nextCommands(runtime, code)) terminal.progress(line);
}
