import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { createExecutions, type Executions } from '../../aws/executions.ts';
import { createSsmCommands } from '../../aws/ssm-commands.ts';
import { createDecisionFolder } from '../../local/driver/decision-folder.ts';
import { createEventFile } from '../../local/driver/event-file.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import { createExecutionPorts } from '../../local/driver/execution-ports.ts';
import { silentLog } from '../../local/driver/file-log.ts';
import { awsClient } from '../../local/driver/loopback-client.ts';
import type { Runtime } from '../../local/driver/runtime.ts';
import { createMachineSigner } from '../../local/driver/machine-key.ts';
import { localReferences } from '../../local/driver/template.ts';
import { type BoundHandler, bindHandlers } from '../../local/functions/handlers.ts';
import { startLambdaService } from '../../local/functions/lambda-service.ts';
import { resolveDefinition } from '../../local/step-functions/resolve-template.ts';
import type { SynthesizedRelease } from '../../lib/house/synthesized.ts';

/** Whether Python and moto are on this machine. */
export const hasSecondEngine =
  spawnSync('python3', ['-c', 'import moto.stepfunctions.parser.models, moto.moto_server.threaded_moto_server'])
    .status === 0;

/** The machines of a release in another interpreter of Amazon States Language than ours. */
export interface SecondEngine {
  readonly client: SFNClient;
  readonly executions: Executions;
  readonly releaseArn: string;
  readonly rollbackArn: string;
  /** The functions that the engine invokes, by logical id: a test may replace one. */
  readonly functions: Map<string, BoundHandler>;
  stop(): Promise<void>;
}

async function startMoto(lambda: {
  endpoint: string;
  key: string;
}): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const child = spawn('python3', [join(__dirname, 'engine.py'), lambda.endpoint, lambda.key], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, MOTO_ACCOUNT_ID: '000000000000' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(String(line).trim()));
    child.once('exit', () => reject(new Error('the second engine did not start')));
  });
  return { endpoint, stop: () => (child.stdin.end(), ended) };
}

/**
 * Serves the machines of a release in moto. Commands go to the SSM stand-in of a running runtime, whose own Step
 * Functions nobody uses; the evidence goes to its folder.
 */
export async function startSecondEngine(release: SynthesizedRelease, runtime: Runtime): Promise<SecondEngine> {
  const functions = new Map<string, BoundHandler>();
  const { key } = runtime.ssm;
  const lambda = await startLambdaService(functions, key);
  const moto = await startMoto(lambda);
  const config = awsClient({ endpoint: moto.endpoint, key });
  const ports = {
    clock: {
      now: () => new Date(),
      sleep: (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds)),
    },
    commands: createSsmCommands(awsClient(runtime.ssm)),
    ...createExecutionPorts(config),
    evidence: createEvidenceFolder(runtime.evidenceFolder),
    laterEvidence: [],
    decisions: createDecisionFolder(runtime.evidenceFolder),
    deployed: { archive: () => release.archive },
    notifier: { notify: () => Promise.resolve() },
    signer: createMachineSigner(runtime.evidenceFolder),
    events: createEventFile(runtime.evidenceFolder),
    log: silentLog,
  };
  for (const [name, handler] of bindHandlers(release, ports)) functions.set(name, handler);
  const client = new SFNClient(config);
  const create = async (logicalId: string): Promise<string> => {
    const resolve = localReferences(release.template);
    const definition = JSON.stringify(resolveDefinition(release.template, logicalId, resolve));
    const name = resolve(logicalId)?.split(':').at(-1);
    const roleArn = 'arn:aws:iam::000000000000:role/nobody';
    const { stateMachineArn = '' } = await client.send(new CreateStateMachineCommand({ name, definition, roleArn }));
    return stateMachineArn;
  };
  return {
    client,
    executions: createExecutions(config),
    releaseArn: await create(release.machines.release),
    rollbackArn: await create(release.machines.rollback),
    functions,
    stop: async () => {
      client.destroy();
      await moto.stop();
      await lambda.stop();
    },
  };
}
