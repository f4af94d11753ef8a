import { createCallScript, type SenderSettings } from '../command/call-script.ts';
import type { DocumentPins, Gate } from '../base/contracts.ts';
import { documentDigest } from '../command/document.ts';
import { type Blocking, codeOf } from './engine-blockers.ts';
import { readFreeze } from './freeze.ts';
import { explanationsOf, furtherBlockers, type GateLine, gateLineSchema, keptConditions } from './gate-line.ts';
import { ScriptFailed } from '../base/errors.ts';
import { parseJson, parseJsonFact } from '../base/json.ts';
import { untestedServer } from './server-version.ts';
import type { SenderPorts } from '../base/step-ports.ts';

/** Settings of the two functions that read the gate. */
export interface GateSettings extends SenderSettings {
  readonly DOCUMENT_DIGESTS: Readonly<Record<string, string>>;
  readonly DOCUMENT_PREFIX: string;
  readonly CLOCK_SKEW_SECONDS: number;
  readonly CHANGE_CALENDAR: string;
}

/** A gate reading and the document versions it pins. */
export interface GateReading {
  readonly gate: Gate;
  readonly documents: DocumentPins;
}

/** With it, what was asked in the same round trip; it has ended, and is absent where the gate closed before. */
interface GateReadingBeside<T> extends GateReading {
  readonly beside?: Promise<T>;
}

/** Reads every document that a function knows: which versions to pin, and which are not the ones that were built. */
export async function readDocuments(
  ports: SenderPorts,
  settings: Pick<GateSettings, 'DOCUMENT_DIGESTS' | 'DOCUMENT_PREFIX'>,
): Promise<{ pins: DocumentPins; differing: string[] }> {
  const pins: DocumentPins = {};
  const differing: string[] = [];
  // One after the other: SSM throttles bursts, and a throttled read would cost an answer that a human has given.
  for (const [id, digest] of Object.entries(settings.DOCUMENT_DIGESTS)) {
    const document = await ports.commands.readDocument(`${settings.DOCUMENT_PREFIX}${id}`);
    const content = parseJson(document?.content ?? '');
    if (document === undefined || content === undefined || documentDigest(content) !== digest) differing.push(id);
    pins[id] = { version: document?.version ?? '', hash: document?.hash ?? '' };
  }
  return { pins, differing };
}

/** A phrase of a script as a sentence of its own. */
function sentence(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1).replace(/\.?$/, '.');
}

/** How far the database's clock lies outside the interval in which it must have been read, in milliseconds. */
function skewMilliseconds(databaseClock: number, sentAt: Date, seenAt: Date): number {
  return Math.max(0, sentAt.getTime() - databaseClock, databaseClock - seenAt.getTime());
}

function closed(ports: SenderPorts, documents: DocumentPins, blocking: Blocking): GateReading {
  const [blockers, explanations] = [codeOf(blocking), [blocking.explanation]];
  const readAt = ports.clock.now().toISOString();
  return { documents, gate: { status: 'BLOCKED', blockers, explanations, notes: [], conditions: [], readAt } };
}

/** What the gate script printed. A reader that the server does not let in is a blocker, as a release needs it. */
async function runGateScript(
  ports: SenderPorts,
  settings: GateSettings,
  runId: string,
  enteredAt: Date,
  documents: DocumentPins,
): Promise<{ line: GateLine; skew: number } | Blocking> {
  const sentAt = ports.clock.now();
  try {
    const { facts } = await createCallScript(ports, settings, { runId, enteredAt, documents })('gate');
    const line = parseJsonFact(gateLineSchema, facts['json']);
    return { line, skew: skewMilliseconds(line.clock, sentAt, ports.clock.now()) };
  } catch (error) {
    if (!(error instanceof ScriptFailed) || error.loginRefused === undefined) throw error;
    return { code: 'reader_login', explanation: sentence(`the reader cannot log in: ${error.loginRefused}`) };
  }
}

function skewed(skew: number, allowedSeconds: number): Blocking[] {
  if (skew <= allowedSeconds * 1000) return [];
  const explanation = `The database's clock is off by ${skew} ms, allowed are ${allowedSeconds * 1000} ms: repair time synchronisation on the node.`;
  return [{ code: 'clock_skew', explanation }];
}

/** The findings of the engine's own SQL as sentences. */
function foreseen({ findings }: GateLine): Blocking[] {
  return findings.map(({ code, explanation }) => ({ code, explanation: sentence(explanation) }));
}

/**
 * Reads the whole gate: are the deployed documents the ones that were built, is the node there, do the
 * package's conditions hold, do the clocks agree, are changes allowed today. Sends one read-only script, writes nothing. A caller that has another
 * question to the node asks it in the same round trip, with `ask`.
 * @throws as `runScript` when the gate could not be read at all; a closed gate is a result, not an error.
 */
export async function readGate<T = undefined>(
  ports: SenderPorts,
  settings: GateSettings,
  runId: string,
  enteredAt: Date,
  ask?: () => Promise<T>,
): Promise<GateReadingBeside<T>> {
  const { pins, differing } = await readDocuments(ports, settings);
  if (differing.length > 0) {
    return closed(ports, pins, {
      code: 'documents_differ',
      explanation: `The deployed command documents ${differing.join(', ')} are not the ones of this package: deploy again, and find out who changed them.`,
    });
  }
  const node = await ports.commands.readNode(settings.NODE_ID);
  if (node?.online !== true) {
    return closed(ports, pins, {
      code: 'node_offline',
      explanation: `The managed node ${settings.NODE_ID} is ${node === undefined ? 'not registered' : 'offline'}: check its SSM agent.`,
    });
  }
  const gate = runGateScript(ports, settings, runId, enteredAt, pins);
  const beside = ask?.();
  const [freeze] = await Promise.all([
    readFreeze(ports.commands, settings, ports.clock.now()),
    Promise.allSettled([gate, beside]),
  ]);
  const read = await gate;
  if ('code' in read) return closed(ports, pins, read);
  const { line, skew } = read;
  const own = [
    ...freeze,
    ...foreseen(line),
    ...untestedServer(line.server),
    ...skewed(skew, settings.CLOCK_SKEW_SECONDS),
  ];
  // The script's own text first, as it prints the same by hand; then what only the machine asks.
  const blockers = line.blockers + furtherBlockers(line) + [...new Set(own.map(codeOf))].join('');
  return {
    documents: pins,
    ...(beside === undefined ? {} : { beside }),
    gate: {
      status: blockers === '' ? 'READY' : 'BLOCKED',
      blockers,
      explanations: [...explanationsOf(line), ...own.map(({ explanation }) => explanation)],
      notes: line.notes.map(sentence),
      conditions: keptConditions(line),
      readAt: ports.clock.now().toISOString(),
    },
  };
}
