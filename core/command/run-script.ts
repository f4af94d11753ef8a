import { commandOutcome } from './command-outcome.ts';
import type { ScriptSetting } from '../base/environment.ts';
import {
  CommandNotSent,
  CommandReadDenied,
  InputInvalid,
  OutcomeUnknown,
  ScriptBlocked,
  ScriptFailed,
} from '../base/errors.ts';
import type { Invocation, SendRequest } from '../base/ports.ts';
import type { StatementTimes } from '../base/statement-times.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { applicationName } from '../base/run-id.ts';
import { scriptTimeouts } from './timeouts.ts';
import { parseWrapperOutput, proofFacts, refusedLogin, wrapperExits, type WrapperOutput } from './wrapper-output.ts';

/** First and longest pause between two polls of a running command, in milliseconds: its end is seen within 350 ms. */
const POLL = { first: 100, factor: 1.25, longest: 300 };
/** Pauses after a throttled send, in milliseconds. A throttled command was not accepted. */
const THROTTLED = { first: 250, factor: 2, longest: 5_000 };
/**
 * How long SSM must keep denying a read before the denial is believed: new permissions take seconds to reach every
 * server.
 */
const DENIED_MS = 5_000;
/** PostgreSQL's lock_not_available: a lock was not granted in time. Our own wait for locks raises it as well. */
const LOCK_NOT_AVAILABLE = '55P03';
/** How long to wait for the wrapper's last line after a terminal status: SSM does not show both at the same instant. */
const OUTPUT_GRACE_MS = 2_000;

/** What one call of a script needs besides the script's setting. */
export interface ScriptCall {
  readonly runId: string;
  /**
   * When the state was entered, by Step Functions' clock. The start-by counts from here, so that a slow function cannot
   * extend it.
   */
  readonly enteredAt: Date;
  readonly documentVersion: string;
  /** SSM's own hash of that version, as the gate pinned it. */
  readonly documentHash: string;
  /** The script's own parameters, by their names in the plan. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Proof that a script worked. */
export interface ScriptResult {
  /** Named groups of the plan's proof pattern; beside figures, the only part of the output that is passed on. */
  readonly facts: Record<string, string>;
  /** For the evidence: how long each statement took; absent where nothing was timed. */
  readonly statements?: StatementTimes;
  /** Seconds from sending to seeing the end, with milliseconds as decimals. */
  readonly seconds: number;
  readonly commandId: string;
}

/** Node and start-by allowance (seconds) that every script of a function shares. */
interface NodeSettings {
  readonly nodeId: string;
  readonly startBySeconds: number;
}

type ScriptPorts = Pick<SenderPorts, 'clock' | 'commands' | 'log'>;

interface Ended {
  readonly invocation: Invocation;
  readonly output: WrapperOutput;
}

function sendRequest(settings: NodeSettings, script: ScriptSetting, call: ScriptCall, startBy: Date): SendRequest {
  const undeclared = Object.keys(call.parameters).filter((name) => !script.parameters.includes(name));
  if (undeclared.length > 0) throw new InputInvalid(`${script.id} takes no parameter ${undeclared.join(', ')}`);
  return {
    document: script.document,
    documentVersion: call.documentVersion,
    documentHash: call.documentHash,
    nodeId: settings.nodeId,
    comment: applicationName(call.runId, script.id),
    parameters: { ...call.parameters, runId: call.runId, startBy: startBy.toISOString(), sha256: script.sha256 },
    deliverySeconds: scriptTimeouts(script.seconds, settings.startBySeconds).delivery,
  };
}

/** Sends the command until SSM accepts it. Repeats only after throttling, and never once the start-by has passed. */
async function send(ports: ScriptPorts, request: SendRequest, startBy: Date): Promise<string> {
  for (let pause = THROTTLED.first; ; pause = Math.min(pause * THROTTLED.factor, THROTTLED.longest)) {
    if (ports.clock.now() >= startBy)
      throw new CommandNotSent(`${request.comment}: not sent, because its start-by has passed`);
    try {
      return await ports.commands.send(request);
    } catch (error) {
      if (!(error instanceof CommandNotSent && error.throttled)) throw error;
      ports.log.warn('SSM throttles the command; it was not accepted', { command: request.comment });
    }
    await ports.clock.sleep(pause);
  }
}

/** One poll. A failed read says nothing about the command; it only uses up time before the deadlines. */
async function look(ports: ScriptPorts, commandId: string, nodeId: string): Promise<Invocation | Error | undefined> {
  try {
    return await ports.commands.read(commandId, nodeId);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Polls until SSM shows the wrapper's last line, or a terminal status without it. @throws OutcomeUnknown at the
 * deadline, or when reading stays denied.
 */
async function awaitEnd(ports: ScriptPorts, commandId: string, nodeId: string, deadline: number): Promise<Ended> {
  let deniedSince: number | undefined;
  let silentUntil: number | undefined;
  let last = 'SSM does not show the command';
  for (let pause = POLL.first; ; pause = Math.min(pause * POLL.factor, POLL.longest)) {
    const seen = await look(ports, commandId, nodeId);
    const now = ports.clock.now().getTime();
    deniedSince = seen instanceof CommandReadDenied ? (deniedSince ?? now) : undefined;
    if (seen instanceof Error) last = `SSM cannot be read (${seen.name})`;
    else if (seen !== undefined) {
      last = `SSM says ${seen.status} (${seen.statusDetails})`;
      const output = parseWrapperOutput(seen.output);
      if (output.end !== undefined) return { invocation: seen, output };
      if (commandOutcome(seen, undefined) !== 'running') {
        silentUntil ??= now + OUTPUT_GRACE_MS;
        if (now >= silentUntil) return { invocation: seen, output };
      }
    }
    if (now >= deadline || (deniedSince !== undefined && now - deniedSince >= DENIED_MS)) {
      throw new OutcomeUnknown(`${last}; it is not known whether command ${commandId} ran or is still running`);
    }
    await ports.clock.sleep(pause);
  }
}

/**
 * Why a script failed, in words that hold neither rows nor SQL: the refusal of our own SQL, or where PostgreSQL
 * stopped.
 */
function reason({ output }: Ended): string {
  if (output.refusal !== undefined) return output.refusal;
  if (output.error !== undefined)
    return `SQLSTATE ${output.error.sqlstate} in ${output.error.file}:${output.error.line}`;
  const exit = output.end === undefined ? 'no last line from the wrapper' : wrapperExits[output.end.exit];
  return output.note === undefined ? exit : `${exit}: ${output.note}`;
}

function judge(script: ScriptSetting, call: ScriptCall, commandId: string, ended: Ended): Record<string, string> {
  const { end, proofLine } = ended.output;
  const ours = end?.runId === call.runId && end.scriptId === script.id ? end : undefined;
  const outcome = commandOutcome(ended.invocation, ours);
  const { status, statusDetails } = ended.invocation;
  const context = `${script.id}: ${reason(ended)}`;
  if (outcome === 'failed-clean') {
    const loginRefused = ours && refusedLogin(ended.output);
    const place = ended.output.error;
    if (place?.sqlstate === LOCK_NOT_AVAILABLE) throw new ScriptBlocked(context, { place });
    throw new ScriptFailed(context, { loginRefused, place });
  }
  const facts = proofLine === undefined ? undefined : proofFacts(script.proof, proofLine);
  if (outcome === 'succeeded' && facts !== undefined) return facts;
  throw new OutcomeUnknown(`${context} (SSM says ${status}, ${statusDetails}; command ${commandId})`);
}

/** What was timed, by script: one that has no parts is called by its own id. */
function timesOf({ id }: ScriptSetting, { statements }: WrapperOutput): Pick<ScriptResult, 'statements'> {
  if (statements === undefined) return {};
  const named = Object.entries(statements).map(([part, times]) => [part === '' ? id : part, times] as const);
  return { statements: Object.fromEntries(named) };
}

/**
 * Sends one script, waits for its end and returns what it proved. Everything that runs SQL goes through here.
 * @throws InputInvalid when the call names a parameter that the script does not declare; nothing was sent.
 * @throws CommandNotSent when SSM certainly did not accept the command; nothing ran.
 * @throws ScriptFailed when psql ended and reported a failure, or never started; ScriptBlocked when a lock was in the way.
 * @throws OutcomeUnknown when neither success nor a clean end is proven: only the fence may follow.
 */
export async function runScript(
  ports: ScriptPorts,
  settings: NodeSettings,
  script: ScriptSetting,
  call: ScriptCall,
): Promise<ScriptResult> {
  const startBy = new Date(call.enteredAt.getTime() + settings.startBySeconds * 1000);
  const request = sendRequest(settings, script, call, startBy);
  const started = ports.clock.now().getTime();
  const commandId = await send(ports, request, startBy);
  ports.log.info('Command sent', { command: request.comment, commandId });
  const wait = scriptTimeouts(script.seconds, settings.startBySeconds).wait * 1000;
  const ended = await awaitEnd(ports, commandId, settings.nodeId, ports.clock.now().getTime() + wait);
  const facts = judge(script, call, commandId, ended);
  const seconds = (ports.clock.now().getTime() - started) / 1000;
  ports.log.info('Script proven', { command: request.comment, commandId, seconds });
  return { facts, seconds, commandId, ...timesOf(script, ended.output) };
}
