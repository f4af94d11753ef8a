import { runIdPattern } from '../base/run-id.ts';
import type { StatementTimes, TimedStatement } from '../base/statement-times.ts';

/**
 * The wrapper's exit codes and the word that each is printed with; the table is at the top of `sql/runner/wrapper.sh`.
 */
export const wrapperExits = {
  0: 'proven',
  2: 'connection-lost',
  3: 'script-error',
  65: 'payload-refused',
  66: 'unproven',
  69: 'unavailable',
  70: 'broken',
  124: 'timed-out',
} as const;

/** One of the eight codes that the wrapper ends with. */
export type WrapperExit = keyof typeof wrapperExits;

/** The wrapper's own last line: the only proof that a command has ended. */
export interface WrapperEnd {
  readonly runId: string;
  readonly scriptId: string;
  readonly exit: WrapperExit;
}

/** Where and how PostgreSQL failed, without its message, which may hold rows or SQL. */
export interface SqlError {
  /** Five characters, see PostgreSQL's appendix A. */
  readonly sqlstate: string;
  readonly file: string;
  readonly line: number;
}

/** What one command printed, as far as it was understood. */
export interface WrapperOutput {
  /** Undefined when the wrapper's last line is missing or is followed by others; in that case nothing is known. */
  readonly end?: WrapperEnd;
  readonly proofLine?: string;
  /** Time and rows of each statement, by the part of a trial; under `''` those of a script that has no parts. */
  readonly statements?: StatementTimes;
  /**
   * What psql printed, cut by the wrapper. It may hold rows, so it is for people with access to SSM and never for a
   * message.
   */
  readonly lines: readonly string[];
  /** The `REFUSING: …` message of our own SQL, with its lines joined by `; `, cut to 500 characters. */
  readonly refusal?: string;
  readonly error?: SqlError;
  /** What the wrapper, Docker or psql said about why nothing could be run; cut to 300 characters, without SQL. */
  readonly note?: string;
}

/* `s` wherever a name may stand: it may hold U+2028, which `.` would otherwise take for the end of the line. */
const endLine = /^one-roof end run=([0-9a-f]*) script=([a-z0-9-]+) exit=([0-9]{1,3}) outcome=([a-z-]+)$/;
const proofPrefix = 'one-roof proof ';
const notePrefix = 'one-roof note ';
const psqlPrefix = '| ';
/** What `sql/runner/open_tier.sql` says before the statements of a script, or of a part of a trial, are timed. */
const statementsOf = /^one-roof statements ?([a-z0-9-]*)$/;
/** psql's figures behind each statement, the second one where it took longer than a second; LC_ALL is C. */
const timeLine = /^Time: ([0-9]+\.[0-9]{3}) ms(?: \(.*\))?$/;
/** The command tags that count rows; of a query psql prints the rows themselves. */
const rowsTag = /^(?:INSERT 0|UPDATE|DELETE|MERGE|COPY|SELECT) ([0-9]+)$/;
/** An error by its SQLSTATE, as the server says ERROR in its own language; 00, 01 and 02 are successes, notices and warnings. */
const errorLine = /^psql:([A-Za-z0-9_./-]+):([0-9]+): [^\s:]+: {2}((?!0[012])[0-9A-Z]{5}): (.*)$/s;
/**
 * psql's first line when a server answered and did not let the role in: its own words, with their severity in its own
 * language, or libpq's about a password that it demands.
 */
const loginRefused = /^psql: error: connection to server .* failed: (\S+: {2}.*|fe_sendauth: .*)$/s;
/** First line of psql or `timeout` when no session was established. */
const neverBegan = /^(psql: error|timeout): /;

function isWrapperExit(code: number): code is WrapperExit {
  return code in wrapperExits;
}

function parseEnd(line: string | undefined): WrapperEnd | undefined {
  const [, runId = '', scriptId = '', digits = '', outcome] = endLine.exec(line ?? '') ?? [];
  const exit = Number(digits);
  if (!runIdPattern.test(runId) || !isWrapperExit(exit) || wrapperExits[exit] !== outcome) return undefined;
  return { runId, scriptId, exit };
}

/**
 * The last error of the output: with ON_ERROR_STOP it is the one that ended the script, whatever was raised and caught
 * before.
 */
function sqlError(lines: readonly string[]): SqlError | undefined {
  const [, file, number, sqlstate] = errorLine.exec(lines.findLast((line) => errorLine.test(line)) ?? '') ?? [];
  if (file === undefined || number === undefined || sqlstate === undefined) return undefined;
  return { sqlstate, file, line: Number(number) };
}

function refusal(lines: readonly string[]): string | undefined {
  const texts = lines.map((line) => errorLine.exec(line)?.[4] ?? line);
  const refusals = texts.filter((text) => text.startsWith('REFUSING: '));
  return refusals.length === 0 ? undefined : refusals.join('; ').slice(0, 500);
}

/**
 * Why nothing could be run. A line that is not psql's comes from the wrapper, Docker or the shell. psql's own complaint
 * about the connection counts too, because it comes before any script is read.
 */
function note(own: readonly string[], lines: readonly string[]): string | undefined {
  const noted = own.find((line) => line.startsWith(notePrefix))?.slice(notePrefix.length);
  const foreign = own.find((line) => !line.startsWith('one-roof '));
  const connection = lines.slice(0, 1).find((line) => neverBegan.test(line));
  return (foreign ?? noted ?? connection)?.slice(0, 300);
}

/** Nothing but figures, as all else that stands between them may be rows. Undefined where nothing was timed. */
function statementTimes(lines: readonly string[]): StatementTimes | undefined {
  const times: Record<string, TimedStatement[]> = {};
  let part: TimedStatement[] | undefined;
  for (const [index, line] of lines.entries()) {
    const begins = statementsOf.exec(line)?.[1];
    if (begins !== undefined) times[begins] = part = [];
    const milliseconds = timeLine.exec(line)?.[1];
    if (milliseconds === undefined) continue;
    const rows = rowsTag.exec(lines[index - 1] ?? '')?.[1];
    part?.push({ milliseconds: Number(milliseconds), ...(rows === undefined ? {} : { rows: Number(rows) }) });
  }
  return part === undefined ? undefined : times;
}

/** What the server said when it let the role of a script not in; undefined after every other end. */
export function refusedLogin({ lines, end }: WrapperOutput): string | undefined {
  return end?.exit === 69 ? loginRefused.exec(lines[0] ?? '')?.[1]?.slice(0, 300) : undefined;
}

/** Parses what a command printed. Never throws: whatever is not understood is absent from the result. */
export function parseWrapperOutput(text: string): WrapperOutput {
  const all = text.split('\n').filter((line) => line !== '');
  const lines = all.filter((line) => line.startsWith(psqlPrefix)).map((line) => line.slice(psqlPrefix.length));
  const own = all.filter((line) => !line.startsWith(psqlPrefix) && line !== '|');
  const found = {
    end: parseEnd(all.findLast((line) => !line.startsWith(notePrefix))),
    proofLine: own.find((line) => line.startsWith(proofPrefix))?.slice(proofPrefix.length),
    statements: statementTimes(lines),
    refusal: refusal(lines),
    error: sqlError(lines),
    note: note(own, lines),
  };
  return {
    lines,
    ...(found.end === undefined ? {} : { end: found.end }),
    ...(found.proofLine === undefined ? {} : { proofLine: found.proofLine }),
    ...(found.statements === undefined ? {} : { statements: found.statements }),
    ...(found.refusal === undefined ? {} : { refusal: found.refusal }),
    ...(found.error === undefined ? {} : { error: found.error }),
    ...(found.note === undefined ? {} : { note: found.note }),
  };
}

/**
 * The facts in a proof line: the named groups of the plan's pattern.
 * @returns undefined when the line does not match, in which case nothing is proven.
 */
export function proofFacts(pattern: string, proofLine: string): Record<string, string> | undefined {
  const match = new RegExp(pattern, 's').exec(proofLine);
  return match === null ? undefined : { ...match.groups };
}
