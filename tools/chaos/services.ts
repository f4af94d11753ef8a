import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../aws/clock.ts';
import { createExecutionReader } from '../../aws/execution-history.ts';
import { createRunningReader } from '../../aws/running-executions.ts';
import { createSsmCommands } from '../../aws/ssm-commands.ts';
import type { CommandChannel } from '../../core/base/ports.ts';
import { placeholderNodeId } from '../../core/base/names.ts';
import { createDecisionFolder } from '../../local/driver/decision-folder.ts';
import { createEventFile } from '../../local/driver/event-file.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import { silentLog } from '../../local/driver/file-log.ts';
import type { AllPorts } from '../../local/functions/handlers.ts';
import { awsClient } from '../../local/driver/loopback-client.ts';
import { createMachineSigner } from '../../local/driver/machine-key.ts';
import { createLoopbackKey, type LoopbackAddress } from '../../local/driver/loopback-key.ts';
import { startSsm } from '../../local/ssm/service.ts';
import { isObject, type Json, type JsonObject } from '../../local/step-functions/json.ts';
import { resolveDefinition } from '../../local/step-functions/resolve-template.ts';
import { startStepFunctions } from '../../local/step-functions/start-step-functions.ts';
import { localReferences, localRegion } from '../../local/driver/template.ts';
import { beginAt } from './begin-at.ts';
import type { Fault } from './injection.ts';
import { createInvoker } from './invoke.ts';
import type { Scene, Services } from './scene.ts';

const open = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

function asObject(value: Json): JsonObject {
  if (!isObject(value)) throw new Error('a definition is an object');
  return value;
}

function portsOf(drive: Scene, commands: CommandChannel, address: () => LoopbackAddress): AllPorts {
  return {
    clock: systemClock,
    commands,
    executions: {
      enteredStates: (arn) => createExecutionReader(awsClient(address())).enteredStates(arn),
      stopCause: (arn) => createExecutionReader(awsClient(address())).stopCause(arn),
      newest: (arn) => createExecutionReader(awsClient(address())).newest(arn),
    },
    standing: { standing: () => Promise.resolve([]) },
    running: { list: (...asked) => createRunningReader(awsClient(address())).list(...asked) },
    evidence: createEvidenceFolder(drive.evidenceFolder),
    laterEvidence: [],
    decisions: createDecisionFolder(drive.evidenceFolder),
    deployed: { archive: () => drive.stand.released.archive },
    notifier: { notify: () => Promise.resolve() },
    signer: createMachineSigner(drive.evidenceFolder),
    events: createEventFile(drive.evidenceFolder),
    log: silentLog,
  };
}

/** Starts SSM and Step Functions for one drive. The synthesized release is made once per stand. */
export async function startServices(drive: Scene, { injection, start }: Fault): Promise<Services> {
  const { release } = drive.stand;
  const resolve = localReferences(release.template);
  const ssm = await startSsm({
    documents: Object.fromEntries(release.documents.map(({ name, content }) => [name, content])),
    node: { id: placeholderNodeId },
    environment: drive.docker.environment,
  });
  ssm.setFaults((sent) => (drive.calm ? undefined : injection.command?.(sent)));
  const channel = createSsmCommands(awsClient(ssm));
  const releaseArn = resolve(release.machines.release) ?? '';
  const rollbackArn = resolve(release.machines.rollback) ?? '';
  const whole = asObject(resolveDefinition(release.template, release.machines.release, resolve));
  const begun = beginAt(whole, start);
  const name = releaseArn.slice(releaseArn.lastIndexOf(':') + 1);
  const key = createLoopbackKey();
  let endpoint = '';
  const stepFunctions = await startStepFunctions({
    key,
    region: localRegion,
    invoke: createInvoker(
      drive,
      injection,
      portsOf(drive, channel, () => ({ endpoint, key })),
    ),
    stopGraceMs: 200,
    machines: [
      { name, arn: releaseArn, definition: injection.definition?.(begun) ?? begun },
      { name: `${name}-whole`, arn: `${releaseArn}-whole`, definition: whole },
      {
        name: rollbackArn.slice(rollbackArn.lastIndexOf(':') + 1),
        arn: rollbackArn,
        definition: resolveDefinition(release.template, release.machines.rollback, resolve),
      },
    ],
  });
  endpoint = stepFunctions.endpoint;
  return {
    ssm,
    stepFunctions,
    channel,
    releaseArn,
    wholeArn: `${releaseArn}-whole`,
    rollbackArn,
    openCommands: async () => {
      const found = await channel.find('one-roof/', new Date(drive.startedAt - 10_000));
      return found.filter(({ status }) => open.has(status)).length;
    },
    stop: async () => {
      // Functions that a fault left hanging never end; their promises are not awaited.
      await stepFunctions.stop().catch(() => undefined);
      await Promise.race([ssm.stop(), delay(5_000, undefined, { ref: false })]);
    },
  };
}
