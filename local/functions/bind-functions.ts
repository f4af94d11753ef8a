import { systemClock } from '../../aws/clock.ts';
import { createExecutionReader } from '../../aws/execution-history.ts';
import { createSsmCommands } from '../../aws/ssm-commands.ts';
import { createStandingReader } from '../../aws/standing-executions.ts';
import type { Notifier } from '../../core/base/ports.ts';
import type { Settings } from '../../lib/house/settings.ts';
import { synthesizeRelease } from '../../lib/house/synthesize.ts';
import { createEvidenceFolder } from '../driver/evidence-folder.ts';
import { silentLog } from '../driver/file-log.ts';
import { awsClient } from '../driver/loopback-client.ts';
import type { Runtime } from '../driver/runtime.ts';
import { localReferences, resolveVariables } from '../driver/template.ts';
import { bindHandler, type BoundHandler } from './handlers.ts';

/** What the functions of a running runtime are bound to. */
export interface FunctionsOptions {
  readonly runtime: Pick<Runtime, 'ssm' | 'stepFunctions' | 'evidenceFolder'>;
  readonly packageDirectory: string;
  /** The settings that the runtime was started with. */
  readonly settings: Partial<Settings>;
  readonly notifier: Notifier;
}

/**
 * Binds every function of the synthesized stack to a running runtime, by logical id: the same handlers that its own
 * state machine runs, for an engine that comes in through Lambda's Invoke.
 * @throws PackageInvalid, SettingMissing.
 */
export function bindFunctions(options: FunctionsOptions): ReadonlyMap<string, BoundHandler> {
  const { runtime, packageDirectory, settings, notifier } = options;
  const release = synthesizeRelease({ packageDirectory, settings });
  const resolve = localReferences(release.template);
  const ports = {
    clock: systemClock,
    commands: createSsmCommands(awsClient(runtime.ssm.endpoint)),
    executions: createExecutionReader(awsClient(runtime.stepFunctions.endpoint)),
    standing: createStandingReader(awsClient(runtime.stepFunctions.endpoint)),
    evidence: createEvidenceFolder(runtime.evidenceFolder),
    notifier,
    log: silentLog,
  };
  return new Map(
    release.functions.map(({ name, handler, environment }) => {
      return [name, bindHandler(handler, resolveVariables(environment, resolve), ports)] as const;
    }),
  );
}
