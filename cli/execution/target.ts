import { createExecutions, type Executions } from '../../aws/executions.ts';
import { UsageError } from '../../core/base/errors.ts';
import { awsClient } from '../../local/driver/loopback-client.ts';
import {
  keyAtPort,
  onlyRuntime,
  readRuntimeFile,
  type RuntimeFile,
  runtimePath,
} from '../../local/driver/runtime-file.ts';
import { localRegion } from '../../local/driver/template.ts';
import { ownPackage, runtimeFolder } from './folders.ts';
import { machineNames } from '../../core/base/names.ts';
import { readPackageName } from '../../disk/read-package.ts';

/** Which Step Functions a command talks to; nothing given means AWS, with the default credentials and region. */
export interface TargetOptions {
  readonly local?: boolean;
  readonly name?: string;
  readonly runtime?: string;
  readonly endpointUrl?: string;
  readonly region?: string;
  /** The package whose state machines are meant; a local runtime knows its own. */
  readonly package: string;
  readonly json?: boolean;
}

/** Where a command works: on AWS or on a local runtime, through the same calls. */
export interface Target {
  readonly executions: Executions;
  readonly releaseArn: string;
  readonly rollbackArn: string;
  /** The local runtime, if it is one that announced itself in a file. */
  readonly runtime: RuntimeFile | undefined;
  /** True when the endpoint is on this machine. */
  readonly local: boolean;
  /** Flags that lead another command to the same place, for hints: ` --local`, or nothing on AWS. */
  readonly flags: string;
}

function findRuntime({ local, name, runtime }: TargetOptions): RuntimeFile | undefined {
  if (runtime !== undefined) return readRuntimeFile(runtime);
  if (name !== undefined) return readRuntimeFile(runtimePath(runtimeFolder(), name));
  return local === true ? onlyRuntime(runtimeFolder()) : undefined;
}

function flagsOf({ name, runtime, endpointUrl, region, local, package: directory }: TargetOptions): string {
  const flags = [
    ...(local === true && name === undefined && runtime === undefined ? ['--local'] : []),
    ...(name === undefined ? [] : ['--local', '--name', name]),
    ...(runtime === undefined ? [] : ['--runtime', runtime]),
    ...(endpointUrl === undefined ? [] : ['--endpoint-url', endpointUrl]),
    ...(region === undefined ? [] : ['--region', region]),
    ...(directory === ownPackage ? [] : ['--package', directory]),
  ];
  return flags.map((flag) => ` ${flag}`).join('');
}

function loopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) throw new UsageError(`--endpoint-url ${endpoint} is not a URL`);
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname);
}

/** Of a runtime that did not announce itself, the key is in the AWS configuration, as for any other endpoint. */
function connect(options: TargetOptions, endpoint: string | undefined, runtime: RuntimeFile | undefined): Executions {
  const region = options.region === undefined ? {} : { region: options.region };
  if (endpoint === undefined) return createExecutions(region);
  if (!loopback(endpoint)) return createExecutions({ endpoint, ...region });
  const key = options.endpointUrl === undefined ? runtime?.key : keyAtPort(runtimeFolder(), new URL(endpoint).port);
  const client = key === undefined ? { endpoint, region: localRegion } : awsClient({ endpoint, key });
  return createExecutions({ ...client, ...region });
}

/**
 * Finds Step Functions without asking for the machines of one package.
 * @throws UsageError when no such local runtime runs.
 */
export function openExecutions(options: TargetOptions): Pick<Target, 'executions' | 'runtime' | 'local' | 'flags'> {
  const runtime = findRuntime(options);
  const endpoint = options.endpointUrl ?? runtime?.stepFunctions;
  const local = endpoint !== undefined && loopback(endpoint);
  return { executions: connect(options, endpoint, runtime), runtime, local, flags: flagsOf(options) };
}

/**
 * Finds Step Functions and the two state machines.
 * @throws UsageError when no such local runtime runs; ServiceRefused when the machines cannot be found.
 */
export async function openTarget(options: TargetOptions): Promise<Target> {
  const opened = openExecutions(options);
  const { executions, runtime } = opened;
  const names = runtime === undefined ? machineNames(readPackageName(options.package)) : undefined;
  const machine = (name = '') => executions.machine(name);
  return {
    ...opened,
    releaseArn: runtime?.releaseArn ?? (await machine(names?.release)),
    rollbackArn: runtime?.rollbackArn ?? (await machine(names?.rollback)),
  };
}
