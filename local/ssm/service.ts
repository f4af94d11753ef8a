import { serveAwsJson } from '../driver/aws-json.ts';
import { createLoopbackKey, type LoopbackAddress } from '../driver/loopback-key.ts';
import type { ChangeCalendar } from './calendar.ts';
import type { FaultPolicy } from './faults.ts';
import { SsmNode } from './node.ts';
import { operations } from './operations.ts';

/** The initial state of an SSM account with one node. */
export interface SsmOptions {
  /** Content of each command document, by name; each becomes version 1. */
  readonly documents: Readonly<Record<string, unknown>>;
  readonly node: { readonly id: string; readonly agentVersion?: string };
  /** Environment of the agent's child processes. Its PATH decides whether `docker` is the stand-in or a real client. */
  readonly environment: Readonly<Record<string, string>>;
  readonly now?: () => Date;
  /** The account's change calendar; none by default. */
  readonly calendar?: ChangeCalendar | undefined;
  /** The secret that callers need. Default: a new one. */
  readonly key?: string;
}

/** SSM Run Command on the loopback interface, with an agent that runs the commands on this machine. */
export interface SsmService extends LoopbackAddress {
  /** Creates a document, or a new default version of it, as a deployment does. */
  putDocument(name: string, content: unknown): void;
  /** Sets what goes wrong from now on; without an argument, nothing does. */
  setFaults(policy?: FaultPolicy): void;
  /** Sets whether the node is online. An offline node takes no commands and shows ConnectionLost. */
  setOnline(online: boolean): void;
  /** Puts another change calendar in the place of the account's. */
  setCalendar(calendar: ChangeCalendar): void;
  /** Ends the service and every process that it started, but not processes that were detached into a container. */
  stop(): Promise<void>;
}

/** Newer than 3.3.2746.0, the first version that exports parameters as environment variables. */
const AGENT_VERSION = '3.3.3572.0';

/** Starts the service on a free port of the loopback interface. */
export async function startSsm(options: SsmOptions): Promise<SsmService> {
  const node = new SsmNode({
    id: options.node.id,
    agentVersion: options.node.agentVersion ?? AGENT_VERSION,
    environment: options.environment,
    now: options.now ?? (() => new Date()),
  });
  node.calendar = options.calendar;
  for (const [name, content] of Object.entries(options.documents)) node.documents.put(name, content);
  const { key = createLoopbackKey() } = options;
  const server = await serveAwsJson({ prefix: 'AmazonSSM', version: '1.1', operations }, node, key);
  return {
    endpoint: server.endpoint,
    key,
    putDocument: (name, content) => void node.documents.put(name, content),
    setFaults: (policy = () => undefined) => void (node.faults = policy),
    setOnline: (online) => void (node.online = online),
    setCalendar: (calendar) => void (node.calendar = calendar),
    stop: async () => {
      await Promise.all([server.close(), node.stop()]);
    },
  };
}
