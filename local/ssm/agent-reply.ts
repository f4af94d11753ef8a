import type { ShellEnd } from './shell-process.ts';

/** What the agent reports about a step, and what SSM then shows. */
export interface AgentReply {
  readonly code: number;
  readonly status: 'Success' | 'Failed' | 'Cancelled' | 'TimedOut';
  readonly details: string;
  readonly output: string;
  readonly error: string;
}

/** The agent keeps this many bytes of each output, the first ones; the rest is lost. */
const MAX_BYTES = 24_000;
const TRUNCATED = '--output truncated--';
/** SSM shows this many characters of standard error. */
const MAX_ERROR = 8_000;

/** Exit codes that have a meaning to the agent. */
const KILLED = 137;
const SUCCESS_AND_STOP = 168;
const FAILURE_AND_STOP = 169;

/** How Go, in which the agent is written, names signals. */
const signals: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

/** A text of exactly MAX_BYTES counts as too long, and a character at the cut is broken, as in the agent. */
function truncated(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length < MAX_BYTES) return text;
  return `${bytes.subarray(0, MAX_BYTES - TRUNCATED.length).toString()}${TRUNCATED}`;
}

function verdict(code: number, cancelled: boolean): Pick<AgentReply, 'status' | 'details'> {
  if (code === 0 || code === SUCCESS_AND_STOP) return { status: 'Success', details: 'Success' };
  if (code !== KILLED) return { status: 'Failed', details: 'Failed' };
  if (cancelled) return { status: 'Cancelled', details: 'Cancelled' };
  return { status: 'TimedOut', details: 'ExecutionTimedOut' };
}

function failure({ code, signal }: ShellEnd): string {
  if (code === 0 || code === KILLED) return '';
  const how = signal === undefined ? `exit status ${code}` : `signal: ${signals[signal] ?? signal}`;
  return `failed to run commands: ${how}`;
}

function stopNote(code: number): string {
  if (code !== SUCCESS_AND_STOP && code !== FAILURE_AND_STOP) return '';
  const marked = code === SUCCESS_AND_STOP ? 'succeeded' : 'Failed';
  return `\nStep exited with code ${code}. Therefore, marking step as ${marked}. Further document steps will be skipped.`;
}

/**
 * How the agent reads the end of a script; `cancelled` says whether a cancel was asked for. Read in the agent's source:
 * `plugins/runscript`, `plugins/pluginutil` and `framework/runpluginutil` of amazon-ssm-agent.
 */
export function agentReply(end: ShellEnd, cancelled: boolean): AgentReply {
  const { code } = end;
  const error = code === SUCCESS_AND_STOP ? '' : `${end.error.toString()}${failure(end)}${stopNote(code)}`;
  return {
    code,
    ...verdict(code, cancelled),
    output: truncated(`${end.output.toString()}${stopNote(code)}`),
    error: truncated(error).slice(0, MAX_ERROR),
  };
}
