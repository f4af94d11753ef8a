import { generateKeyPairSync, sign } from 'node:crypto';
import type {
  CommandChannel,
  EventBus,
  Invocation,
  Log,
  Notifier,
  SendRequest,
  Signer,
  StoredEntry,
} from '../../core/base/ports.ts';
import type { ReleaseEvent } from '../../core/base/release-event.ts';
import type { AnswerPorts, DriftPorts, GatePorts } from '../../core/base/step-ports.ts';

/** Ports in memory for unit tests of core/: a clock that only moves when told, a store, and a scripted channel. */
export interface TestPorts extends AnswerPorts, DriftPorts, GatePorts {
  readonly notifier: Notifier;
  readonly signer: Signer;
  readonly events: EventBus;
  /** Events that were put, as a subscriber reads them. */
  readonly announced: ReleaseEvent[];
  readonly messages: string[];
  readonly warnings: string[];
  readonly sent: SendRequest[];
  /** Changes an entry behind the code's back, as somebody with access to the store could. */
  forge(runId: string, sequence: number, change: (text: string) => string): void;
}

/** Signs with a key of its own, as KMS does, and the same text always alike, so that equal runs have equal files. */
export function createTestSigner(): Signer & { readonly pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = new Map<string, string>();
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return {
    pem,
    publicKey: () => Promise.resolve(pem),
    sign: (text) => {
      const signature = signed.get(text) ?? sign('sha256', Buffer.from(text), privateKey).toString('base64');
      signed.set(text, signature);
      return Promise.resolve(signature);
    },
  };
}

/** The signer of every test that names none. */
const usual = createTestSigner();

export interface TestOptions {
  readonly evidenceFails?: boolean;
  /** Stored decisions, by their keys. */
  readonly decisions?: Readonly<Record<string, string>>;
  /** Invocation that a sent document's command shows at once. */
  readonly answer?: (request: SendRequest) => Invocation;
}

export function createTestPorts(options: TestOptions = {}): TestPorts {
  const runs = new Map<string, Map<number, StoredEntry>>();
  const archives = new Map<string, string>();
  const sent: SendRequest[] = [];
  const messages: string[] = [];
  const announced: ReleaseEvent[] = [];
  const warnings: string[] = [];
  let now = Date.parse('2026-06-03T10:00:00.000Z');
  const log: Log = { info: () => undefined, warn: (message) => void warnings.push(message), with: () => log };
  const unused = () => Promise.reject(new Error('not scripted in this test'));
  const commands: CommandChannel = {
    send: (request) => Promise.resolve(`command-${sent.push(request)}`),
    read: (commandId) => {
      const request = sent[Number(commandId.slice('command-'.length)) - 1];
      return Promise.resolve(request === undefined ? undefined : options.answer?.(request));
    },
    cancel: () => Promise.resolve(),
    find: () => Promise.resolve([]),
    readDocument: unused,
    readNode: unused,
    readCalendar: unused,
  };
  return {
    sent,
    messages,
    warnings,
    commands,
    forge: (runId, sequence, change) => {
      const entry = runs.get(runId)?.get(sequence);
      if (entry === undefined) throw new Error(`there is no entry ${sequence} to forge`);
      runs.get(runId)?.set(sequence, { ...entry, text: change(entry.text) });
    },
    clock: {
      now: () => new Date(now),
      sleep: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
    },
    deployed: { archive: () => 'none' },
    running: { list: () => Promise.resolve([]) },
    laterEvidence: [],
    decisions: { read: (key) => Promise.resolve(options.decisions?.[key]) },
    signer: usual,
    announced,
    events: { put: (event) => Promise.resolve(void announced.push(event)) },
    notifier: { notify: (subject) => Promise.resolve(void messages.push(subject)) },
    log,
    evidence: {
      list: (runId) =>
        Promise.resolve(
          [...(runs.get(runId) ?? new Map<number, StoredEntry>()).values()].sort((a, b) => a.sequence - b.sequence),
        ),
      write: async (runId, sequence, text) => {
        await Promise.resolve();
        if (options.evidenceFails === true) throw new Error('the store is read-only');
        const run = runs.get(runId) ?? new Map<number, StoredEntry>();
        runs.set(runId, run);
        if (run.has(sequence)) return false;
        run.set(sequence, { sequence, text });
        return true;
      },
      writeArchive: (runId, text) => {
        archives.set(runId, text);
        return Promise.resolve();
      },
      readArchive: (runId) => {
        const text = archives.get(runId);
        return text === undefined ? Promise.reject(new Error('there is no archive')) : Promise.resolve(text);
      },
      writeReport: (_runId, fileName) => Promise.resolve(fileName),
    },
  };
}
