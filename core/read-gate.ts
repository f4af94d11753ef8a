import * as z from 'zod';
import { createCallScript, type SenderSettings } from './call-script.ts';
import type { DocumentPins, Gate } from './contracts.ts';
import { documentDigest } from './document.ts';
import { InputInvalid } from './errors.ts';
import type { SenderPorts } from './ports.ts';

/** Settings of the two functions that read the gate. */
export interface GateSettings extends SenderSettings {
  readonly DOCUMENT_DIGESTS: Readonly<Record<string, string>>;
  readonly DOCUMENT_PREFIX: string;
  readonly CLOCK_SKEW_SECONDS: number;
}

/** The gate script's JSON line; its own eight conditions are decided in SQL, never here. */
const gateLineSchema = z.object({
  gate_status: z.enum(['READY', 'BLOCKED']),
  blockers: z.string(),
  explanations: z.array(z.string()).default([]),
  /** The database's clock at the end of the script, milliseconds since 1970. */
  clock_ms: z.number(),
  active_event_types: z.int(),
  ospa: z.int(),
  resp_gap: z.int().nullable(),
  resp_ownership: z.int().nullable(),
});

/** A gate reading and the document versions it pins. */
export interface GateReading {
  readonly gate: Gate;
  readonly documents: DocumentPins;
}

interface Blocker {
  readonly code: string;
  readonly explanation: string;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses a JSON line that a script proved. @throws InputInvalid when script and code disagree on its shape. */
export function parseJsonFact<Schema extends z.ZodType>(schema: Schema, text: string | undefined): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text ?? ''));
  if (!parsed.success) throw new InputInvalid(`A script printed JSON of another shape: ${parsed.error.message}`);
  return parsed.data;
}

async function readDocuments(
  ports: SenderPorts,
  settings: GateSettings,
): Promise<{ pins: DocumentPins; differing: string[] }> {
  const read = await Promise.all(
    Object.entries(settings.DOCUMENT_DIGESTS).map(async ([id, digest]) => {
      const document = await ports.commands.readDocument(`${settings.DOCUMENT_PREFIX}${id}`);
      const content = parseJson(document?.content ?? '');
      const same = document !== undefined && content !== undefined && documentDigest(content) === digest;
      return { id, same, pin: { version: document?.version ?? '', hash: document?.hash ?? '' } };
    }),
  );
  return {
    pins: Object.fromEntries(read.map(({ id, pin }) => [id, pin])),
    differing: read.filter(({ same }) => !same).map(({ id }) => id),
  };
}

/** How far the database's clock lies outside the interval in which it must have been read, in milliseconds. */
function skewMilliseconds(databaseClock: number, sentAt: Date, seenAt: Date): number {
  return Math.max(0, sentAt.getTime() - databaseClock, databaseClock - seenAt.getTime());
}

function closed(ports: SenderPorts, documents: DocumentPins, blocker: Blocker): GateReading {
  const { code: blockers, explanation } = blocker;
  const readAt = ports.clock.now().toISOString();
  return { documents, gate: { status: 'BLOCKED', blockers, explanations: [explanation], values: {}, readAt } };
}

async function runGateScript(
  ports: SenderPorts,
  settings: GateSettings,
  runId: string,
  enteredAt: Date,
  documents: DocumentPins,
) {
  const sentAt = ports.clock.now();
  const { facts } = await createCallScript(ports, settings, { runId, enteredAt, documents })('gate-check');
  const line = parseJsonFact(gateLineSchema, facts['json']);
  return { line, skew: skewMilliseconds(line.clock_ms, sentAt, ports.clock.now()) };
}

function ownBlockers(activeEventTypes: number, skew: number, allowedSeconds: number): Blocker[] {
  const blockers: Blocker[] = [];
  if (activeEventTypes > 0) {
    blockers.push({
      code: 'event_type_active;',
      explanation: `${activeEventTypes} governance event types are active, expected 0: set them inactive before a release.`,
    });
  }
  if (skew > allowedSeconds * 1000) {
    blockers.push({
      code: 'clock_skew;',
      explanation: `The database's clock is off by ${skew} ms, allowed are ${allowedSeconds * 1000} ms: repair time synchronisation on the node.`,
    });
  }
  return blockers;
}

/**
 * Reads the whole gate: are the deployed documents the ones that were built, is the node there, do the seed's eight
 * conditions hold, is no event type active, do the clocks agree. Sends one read-only script, writes nothing.
 * @throws as `runScript` when the gate could not be read at all; a closed gate is a result, not an error.
 */
export async function readGate(
  ports: SenderPorts,
  settings: GateSettings,
  runId: string,
  enteredAt: Date,
): Promise<GateReading> {
  const { pins, differing } = await readDocuments(ports, settings);
  if (differing.length > 0) {
    return closed(ports, pins, {
      code: 'documents_differ;',
      explanation: `The deployed command documents ${differing.join(', ')} are not the ones of this package: deploy again, and find out who changed them.`,
    });
  }
  const node = await ports.commands.readNode(settings.NODE_ID);
  if (node?.online !== true) {
    return closed(ports, pins, {
      code: 'node_offline;',
      explanation: `The managed node ${settings.NODE_ID} is ${node === undefined ? 'not registered' : 'offline'}: check its SSM agent.`,
    });
  }
  const { line, skew } = await runGateScript(ports, settings, runId, enteredAt, pins);
  const { gate_status, blockers, explanations, clock_ms: _clock, ...values } = line;
  const own = ownBlockers(line.active_event_types, skew, settings.CLOCK_SKEW_SECONDS);
  return {
    documents: pins,
    gate: {
      status: gate_status === 'READY' && own.length === 0 ? 'READY' : 'BLOCKED',
      blockers: blockers + own.map(({ code }) => code).join(''),
      explanations: [...explanations, ...own.map(({ explanation }) => explanation)],
      values,
      readAt: ports.clock.now().toISOString(),
    },
  };
}
