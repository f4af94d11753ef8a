import { watch } from 'node:fs';
import { systemClock } from '../../aws/clock.ts';
import { createSsmCommands } from '../../aws/ssm-commands.ts';
import type { ScriptSetting } from '../../core/base/environment.ts';
import type { CommandChannel } from '../../core/base/ports.ts';
import { runScript } from '../../core/command/run-script.ts';
import { parseWrapperOutput, proofFacts } from '../../core/command/wrapper-output.ts';
import { placeholderNodeId } from '../../core/base/names.ts';
import { synthesizeRelease } from '../../lib/house/synthesize.ts';
import { createDockerShim, type DockerShim } from '../../local/docker/shim.ts';
import { awsClient } from '../../local/driver/loopback-client.ts';
import { DocumentStore } from '../../local/ssm/document-store.ts';
import { prepareScript } from '../../local/ssm/parameters.ts';
import { type SsmService, startSsm } from '../../local/ssm/service.ts';
import { startShell } from '../../local/ssm/shell-process.ts';
import { apr, packageDirectory } from '../package.ts';
import { runId, type Stage } from './stage.ts';
import { timed } from './statistics.ts';
import { silentLog } from '../../local/driver/file-log.ts';

const startBySeconds = 45;

/** Duration of one script through SSM, in milliseconds. */
export interface Sent {
  readonly total: number;
  /** Time until SendCommand was answered. */
  readonly dispatch: number;
  /** Time from when the wrapper removes its folder, which is the last thing it does, until the end is seen. */
  readonly detection: number;
}

/** Runs scripts in our own way: the synthesized document, its wrapper, the container stand-in, psql and the proof. */
export class Executor {
  readonly #stage: Stage;
  readonly #docker: DockerShim;
  readonly #ssm: SsmService;
  readonly #channel: CommandChannel;
  readonly #documents = new DocumentStore();

  private constructor(stage: Stage, docker: DockerShim, ssm: SsmService, contents: ReadonlyMap<string, unknown>) {
    this.#stage = stage;
    this.#docker = docker;
    this.#ssm = ssm;
    this.#channel = createSsmCommands(awsClient(ssm));
    for (const [name, content] of contents) this.#documents.put(name, content);
  }

  static async start(stage: Stage): Promise<Executor> {
    const { server } = stage;
    const docker = createDockerShim({
      container: 'postgres',
      psqlFolder: server.bin,
      host: server.socketDirectory,
      port: server.port,
    });
    const { documents } = synthesizeRelease({ packageDirectory, settings: { startBySeconds } });
    const contents = new Map(documents.map(({ name, content }) => [name, content] as const));
    const ssm = await startSsm({
      documents: Object.fromEntries(contents),
      node: { id: placeholderNodeId },
      environment: docker.environment,
    });
    return new Executor(stage, docker, ssm, contents);
  }

  async stop(): Promise<void> {
    await this.#ssm.stop();
    await this.#docker.stop();
  }

  /**
   * Milliseconds of one script as the agent runs its document, without SSM around it. @throws when the script is not
   * proven.
   */
  async run(id: string, parameters: Readonly<Record<string, string>> = {}): Promise<number> {
    const { script, sha256 } = this.#stage.script(id);
    const given: Record<string, string> = {
      runId,
      sha256,
      startBy: new Date(Date.now() + startBySeconds * 1000).toISOString(),
      ...(script.parameters.includes('ratifiedApr') ? { ratifiedApr: apr } : {}),
      ...parameters,
    };
    const values = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value]]));
    const { text, environment } = prepareScript(this.#documents.get(this.#name(id)), values);
    const { ms, result } = await timed(() => startShell(text, { ...this.#docker.environment, ...environment }).ended);
    const { proofLine } = parseWrapperOutput(result.output.toString());
    if (proofLine === undefined || proofFacts(script.proof, proofLine) === undefined) {
      throw new Error(`${id}: ${result.output.toString()}${result.error.toString()}`);
    }
    return ms;
  }

  /** Milliseconds of all tiers, one document after the other. */
  async tiers(): Promise<number> {
    const { ms } = await timed(async () => {
      for (const id of this.#stage.tiers) await this.run(id);
    });
    return ms;
  }

  /**
   * Runs one script through SSM on the loopback interface with the code that runs in Lambda; `latencyMs` sets how slow
   * SSM is.
   */
  async send(id: string, latencyMs = 0): Promise<Sent> {
    const deployed = await this.#channel.readDocument(this.#name(id));
    this.#ssm.setFaults(() => ({ deliverAfter: latencyMs }));
    let dispatch = 0;
    let ended = Number.NaN;
    const commands: CommandChannel = {
      ...this.#channel,
      send: async (request) => {
        const sent = await timed(() => this.#channel.send(request));
        dispatch = sent.ms;
        return sent.result;
      },
    };
    const watcher = watch(this.#docker.temporaryFolder, () => (ended = performance.now()));
    const settings = { nodeId: placeholderNodeId, startBySeconds };
    const { ms } = await timed(() =>
      runScript({ clock: systemClock, commands, log: silentLog }, settings, this.#setting(id), {
        runId,
        enteredAt: new Date(),
        documentVersion: deployed?.version ?? '',
        documentHash: deployed?.hash ?? '',
        parameters: this.#stage.script(id).script.parameters.includes('ratifiedApr') ? { ratifiedApr: apr } : {},
      }),
    ).finally(() => watcher.close());
    return { total: ms, dispatch, detection: performance.now() - ended };
  }

  #name(id: string): string {
    return `${this.#stage.release.plan.name}-${id}`;
  }

  #setting(id: string): ScriptSetting {
    const { script, sha256 } = this.#stage.script(id);
    const { seconds, proof, parameters } = script;
    return { id, document: this.#name(id), sha256, seconds, proof, parameters: [...parameters] };
  }
}
