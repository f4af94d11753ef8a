import { createSsmCommands } from '../../aws/ssm-commands.ts';
import type { EvidenceStore, Notifier } from '../../core/base/ports.ts';
import { placeholderNodeId } from '../../core/base/names.ts';
import type { Settings } from '../../lib/house/settings.ts';
import type { SynthesizedRelease } from '../../lib/house/synthesized.ts';
import { dockerEnvironment } from '../docker/environment.ts';
import { openShim } from '../docker/open-shim.ts';
import type { DockerShim } from '../docker/shim.ts';
import { cachedRelease } from './cached-release.ts';
import { createDecisionFolder } from './decision-folder.ts';
import { createEventFile } from './event-file.ts';
import { createEvidenceFolder } from './evidence-folder.ts';
import { createExecutionPorts } from './execution-ports.ts';
import { createFileLog } from './file-log.ts';
import type { HandlerName } from '../../core/base/environment.ts';
import { type SingleSteps, singleSteps } from './single-steps.ts';
import { createInvoke } from '../functions/in-process.ts';
import { type AllPorts, bindHandlers, type BoundHandler } from '../functions/handlers.ts';
import { stoppableClock } from '../functions/stoppable-clock.ts';
import { awsClient } from './loopback-client.ts';
import { createMachineSigner } from './machine-key.ts';
import { createLoopbackKey } from './loopback-key.ts';
import type { PostgresServer } from '../postgres/server.ts';
import type { ChangeCalendar } from '../ssm/calendar.ts';
import type { LocalPage, PageOptions } from '../pages/start-page.ts';
import { type SsmService, startSsm } from '../ssm/service.ts';
import { resolveDefinition } from '../step-functions/resolve-template.ts';
import type { InvokeFunction } from '../step-functions/invoker.ts';
import { startStepFunctions, type StepFunctionsService } from '../step-functions/start-step-functions.ts';
import { type Stoppable, stopAll } from './stop-all.ts';
import { localReferences, localRegion, machineSettings } from './template.ts';

/**
 * The settings in which the local runtime differs from production. The start-by is shorter, because each rollback waits
 * for it, and long enough for a busy laptop: two scripts of one state took up to 3 s beside a full test run on two
 * cores.
 */
export const localSettings = {
  startBySeconds: 5,
  clockSkewSeconds: 1,
  lockPatienceSeconds: 60,
  approvalHours: 1,
  requireRehearsal: false,
} satisfies Partial<Settings>;

/** The options with which a local runtime is started. */
export interface RuntimeOptions {
  readonly server: PostgresServer;
  readonly packageDirectory: string;
  /** Folder for evidence, reports and the handlers' log, with one folder per run. */
  readonly evidenceFolder: string;
  /** A store that is used for the evidence instead of that folder, for example one that watches it. */
  readonly evidence?: EvidenceStore;
  readonly notifier: Notifier;
  /** Name of a running Docker container to use instead of the stand-in for Docker. */
  readonly container?: string;
  readonly settings?: Partial<Settings>;
  /** The change calendar that can keep the gate closed; none by default. */
  readonly calendar?: ChangeCalendar;
  /** Starts the approver's page, where there is to be one. */
  readonly startPage?: (options: PageOptions) => Promise<LocalPage>;
}

/**
 * The synthesized release running on this machine: Step Functions and SSM as loopback services, the handlers in this
 * process.
 */
export interface Runtime extends SingleSteps {
  readonly stepFunctions: StepFunctionsService;
  readonly ssm: SsmService;
  readonly docker: DockerShim | undefined;
  /** The functions, by logical id, for an engine that comes in through Lambda's Invoke. */
  readonly functions: ReadonlyMap<string, BoundHandler>;
  readonly releaseArn: string;
  readonly rollbackArn: string;
  readonly rehearsalArn: string;
  /** The approver's page, where one was asked for. */
  readonly page: LocalPage | undefined;
  readonly evidenceFolder: string;
  /** Stops everything that the runtime started. The database server belongs to the caller. */
  stop(): Promise<void>;
}

async function startMachines(
  release: SynthesizedRelease,
  invoke: InvokeFunction,
  key: string,
): Promise<StepFunctionsService> {
  const resolve = localReferences(release.template);
  return startStepFunctions({
    invoke,
    key,
    region: localRegion,
    machines: Object.values(release.machines).map((logicalId) => {
      const arn = resolve(logicalId) ?? logicalId;
      const name = arn.slice(arn.lastIndexOf(':') + 1);
      const settings = machineSettings(release.template, logicalId, resolve);
      return { name, arn, definition: resolveDefinition(release.template, logicalId, resolve), ...settings };
    }),
  });
}

/**
 * Starts the synthesized release on this machine. A start that fails half way leaves nothing running. The handlers' own
 * SDK clients talk to the loopback services; only evidence and notification have a local implementation.
 * @throws PackageInvalid, SettingMissing, or the interpreter's error when a definition has something that it does not
 * support.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const started: Stoppable[] = [];
  try {
    return await startServices(options, started);
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

async function startServices(options: RuntimeOptions, started: Stoppable[]): Promise<Runtime> {
  const { server, packageDirectory, evidenceFolder, container } = options;
  const settings = {
    ...localSettings,
    ...(container === undefined ? {} : { container }),
    ...(options.calendar === undefined ? {} : { changeCalendar: options.calendar.name }),
    ...options.settings,
  };
  const release = cachedRelease({ packageDirectory, settings });
  const docker = container === undefined ? await openShim(server) : undefined;
  if (docker !== undefined) started.push(docker);
  const signer = createMachineSigner(evidenceFolder);
  const key = createLoopbackKey();
  const ssm = await startSsm({
    key,
    calendar: options.calendar,
    documents: Object.fromEntries(release.documents.map(({ name, content }) => [name, content])),
    node: { id: options.settings?.nodeId ?? placeholderNodeId },
    environment: docker?.environment ?? dockerEnvironment(),
  });
  started.push(ssm);
  // The handlers need Step Functions' address and Step Functions needs the handlers, so the map is filled later, before
  // the first call.
  const handlers = new Map<string, BoundHandler>();
  const clock = stoppableClock();
  const stepFunctions = await startMachines(release, createInvoke(handlers, clock), key);
  // A function that does not end in time loses its services; the caller's result is not affected.
  started.push({ stop: () => stepFunctions.stop().catch(() => undefined) });
  const ports: AllPorts = {
    clock,
    commands: createSsmCommands(awsClient(ssm)),
    ...createExecutionPorts(awsClient(stepFunctions)),
    evidence: options.evidence ?? createEvidenceFolder(evidenceFolder),
    // On a laptop, the runs of all packages lie in one folder.
    laterEvidence: [],
    decisions: createDecisionFolder(evidenceFolder),
    deployed: { archive: () => release.archive },
    notifier: options.notifier,
    signer,
    events: createEventFile(evidenceFolder),
    log: createFileLog(evidenceFolder),
  };
  const resolve = localReferences(release.template);
  const releaseArn = resolve(release.machines.release) ?? '';
  const page = await options.startPage?.({ ...release.page, stepFunctions, ssm, releaseArn, evidenceFolder, ports });
  if (page !== undefined) started.push(page);
  for (const [name, handler] of bindHandlers(release, ports, page?.link)) handlers.set(name, handler);
  const handlerOf = (wanted: HandlerName) =>
    handlers.get(release.functions.find(({ handler }) => handler === wanted)?.name ?? '');
  return {
    stepFunctions,
    ssm,
    docker,
    functions: handlers,
    page,
    releaseArn,
    rollbackArn: resolve(release.machines.rollback) ?? '',
    rehearsalArn: resolve(release.machines.rehearsal) ?? '',
    evidenceFolder,
    ...singleSteps(handlerOf),
    stop: () => stopAll(started),
  };
}
