import { join } from 'node:path';
import { Client } from 'pg';
import { createSsmCommands } from '../../../aws/ssm-commands.ts';
import { renderDocument, scriptDigest, type DocumentContent } from '../../../core/command/document.ts';
import type { ScriptSetting } from '../../../core/base/environment.ts';
import type { Script } from '../../../core/package/plan-schema.ts';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import type { CommandChannel, EvidenceStore } from '../../../core/base/ports.ts';
import type { SenderPorts } from '../../../core/base/step-ports.ts';
import { runScript, type ScriptCall, type ScriptResult } from '../../../core/command/run-script.ts';
import { scriptTimeouts, type ScriptTimeouts } from '../../../core/command/timeouts.ts';
import { createDockerShim, type DockerShim } from '../../../local/docker/shim.ts';
import { startPostgres, type PostgresServer } from '../../../local/postgres/server.ts';
import { awsClient } from '../../../local/driver/loopback-client.ts';
import { startSsm, type SsmService } from '../../../local/ssm/service.ts';
import { until } from '../../until.ts';
import { silentLog } from '../../../local/driver/file-log.ts';

const sql = join(__dirname, '../../../sql');

/** The real plan, prelude and wrapper: what production gets. */
export const { plan, prelude, wrapper, scripts: packagedScripts } = describePackage(readPackageFiles(sql));

export const nodeId = 'mi-0123456789abcdef0';
export const runId = '0a1b2c3d4e5f';
export const startBySeconds = 5;

/** A script for a test: its SQL, and what differs from an ordinary reader. */
export interface TestScript extends Partial<Omit<Script, 'file'>> {
  readonly sql: string;
  /** Which lines of `sql` stand in which file; the script's own, if it is left out. */
  readonly lineMap?: string;
  readonly timeouts?: Partial<ScriptTimeouts>;
  /** A last change to the document, for tests of damaged ones. */
  readonly damage?: (lines: string[]) => string[];
}

const noEvidence: EvidenceStore = {
  list: () => Promise.resolve([]),
  write: () => Promise.resolve(true),
  writeArchive: () => Promise.resolve(),
  readArchive: () => Promise.resolve(''),
  writeReport: () => Promise.resolve(''),
};
const clock = {
  now: () => new Date(),
  sleep: (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds)),
};

export function describeScript(id: string, given: TestScript): Script {
  const { sql: _sql, timeouts: _timeouts, damage: _damage, ...rest } = given;
  return {
    id,
    file: `prod/${id.replaceAll('-', '_')}.sql`,
    seconds: 20,
    as: 'writer',
    mutates: false,
    parameters: [],
    proof: '^done (?<count>[0-9]+)$',
    ...rest,
  };
}

export function render(id: string, given: TestScript): DocumentContent {
  const script = describeScript(id, given);
  const content = renderDocument({
    plan,
    script,
    prelude,
    scriptText: given.sql,
    lineMap: given.lineMap ?? `1:${script.file}:1`,
    wrapper,
    target: { container: 'postgres', database: 'directus', user: 'workflow_admin' },
    timeouts: { ...scriptTimeouts(script.seconds, startBySeconds), ...given.timeouts },
  });
  if (given.damage === undefined) return content;
  const [step] = content.mainSteps;
  const runCommand = given.damage([...step.inputs.runCommand]);
  return { ...content, mainSteps: [{ ...step, inputs: { ...step.inputs, runCommand } }] };
}

/** PostgreSQL, container stand-in and SSM stand-in, with the clients a handler would have. */
export class Stage {
  readonly postgres: PostgresServer;
  readonly docker: DockerShim;
  readonly ssm: SsmService;
  readonly channel: CommandChannel;
  readonly ports: SenderPorts;

  private constructor(postgres: PostgresServer, docker: DockerShim, ssm: SsmService) {
    this.postgres = postgres;
    this.docker = docker;
    this.ssm = ssm;
    this.channel = createSsmCommands({
      ...awsClient(ssm),
      requestHandler: { requestTimeout: 1_000, throwOnRequestTimeout: true },
    });
    this.ports = { clock, commands: this.channel, evidence: noEvidence, log: silentLog };
  }

  static async start(): Promise<Stage> {
    const postgres = await startPostgres();
    const docker = createDockerShim({
      container: 'postgres',
      psqlFolder: postgres.bin,
      host: postgres.socketDirectory,
      port: postgres.port,
    });
    const ssm = await startSsm({ documents: {}, node: { id: nodeId }, environment: docker.environment });
    const stage = new Stage(postgres, docker, ssm);
    await stage.query('create database directus', 'postgres');
    return stage;
  }

  async stop(): Promise<void> {
    await this.ssm.stop();
    await this.docker.stop();
    await this.postgres.stop();
  }

  /** Deploys a script; returns how a function would know it. */
  deploy(id: string, given: TestScript): ScriptSetting {
    this.ssm.putDocument(`One-Roof-${id}`, render(id, given));
    const { seconds, proof, parameters } = describeScript(id, given);
    return { id, document: `One-Roof-${id}`, sha256: scriptDigest(prelude, given.sql), seconds, proof, parameters };
  }

  /** Sends a deployed script, as a state entered just now, unless `call` says otherwise. */
  async run(script: ScriptSetting, call: Partial<ScriptCall> = {}): Promise<ScriptResult> {
    const deployed = await this.channel.readDocument(script.document);
    const settings = { nodeId, startBySeconds };
    return runScript(this.ports, settings, script, {
      runId,
      enteredAt: new Date(),
      documentVersion: deployed?.version ?? '1',
      documentHash: deployed?.hash ?? '',
      parameters: {},
      ...call,
    });
  }

  /** One value from the database, past everything under test. */
  async query(text: string, database = 'directus'): Promise<unknown> {
    const client = new Client({ connectionString: this.postgres.url(database) });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>({ text });
      return Object.values(rows[0] ?? {})[0];
    } finally {
      await client.end();
    }
  }

  /** Waits until a query answers `wanted`. */
  async until(text: string, wanted: unknown): Promise<void> {
    await until(async () => ((await this.query(text)) === wanted ? true : undefined));
  }
}
