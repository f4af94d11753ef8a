import { gzipSync } from 'node:zlib';
import type { DocumentParameter } from './document-parameter.ts';
import { canonicalJson, sha256Hex } from '../base/digest.ts';
import { PackageInvalid } from '../base/errors.ts';
import type { ReleasePlan, Script } from '../package/plan-schema.ts';
import { trialId } from '../package/engine-scripts.ts';
import { planSqlFile } from '../package/plan-sql.ts';
import { psqlVariables } from '../package/plan.ts';
import { posixPattern } from '../package/proof.ts';
import { applicationName, runIdPattern } from '../base/run-id.ts';
import { cloneAssignments, cloneParameter, type RehearsalTarget } from './rehearsal-target.ts';
import { sessionOptions } from './session-options.ts';
import type { ScriptTimeouts } from './timeouts.ts';

/**
 * SSM's limit is 64 KB for a document *including* the parameter values of a call; the difference is left for the
 * values.
 */
const MAX_CONTENT_BYTES = 48 * 1024;
/** The same for the trial, which holds every tier and the undo, and is given nothing but an approval code. */
const MAX_TRIAL_BYTES = 60 * 1024;
/**
 * PostgreSQL keeps 63 bytes of application_name (NAMEDATALEN - 1) and truncates silently; the fence searches by this
 * name.
 */
const MAX_APPLICATION_NAME_BYTES = 63;

/** Content of a Command document in SSM's schema 2.2: one shell step that carries one script. */
export interface DocumentContent {
  readonly schemaVersion: '2.2';
  readonly description: string;
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
  readonly mainSteps: readonly [
    {
      readonly action: 'aws:runShellScript';
      readonly name: 'run';
      readonly precondition: { readonly StringEquals: readonly ['platformType', 'Linux'] };
      readonly inputs: { readonly timeoutSeconds: string; readonly runCommand: readonly string[] };
    },
  ];
}

/** Everything that a document is built from; all of it is known at synth. */
export interface DocumentInput {
  readonly plan: ReleasePlan;
  readonly script: Script;
  /** Text of `sql/runner/prelude.sql`. */
  readonly prelude: string;
  /** Text of the script with everything that it includes. */
  readonly scriptText: string;
  /** Which lines of that text stand in which file, see core/package/line-map.ts. */
  readonly lineMap: string;
  /** Text of the wrapper, both parts. */
  readonly wrapper: string;
  readonly target: { readonly container: string; readonly database: string; readonly user: string };
  readonly timeouts: ScriptTimeouts;
  /** Present when the document belongs to a rehearsal and deals with the clone, whose name is passed with each call. */
  readonly rehearsal?: RehearsalTarget;
}

/** Longest snapshot that a call carries; without it a proof cannot tell others' changes from ours. */
export const MAX_SNAPSHOT_LENGTH = 4096;
/** PostgreSQL's `pg_snapshot` as text, or nothing. */
export const snapshotPattern = /^([0-9]+:[0-9]+:[0-9,]*)?$/;

const optionalRunId = { allowedPattern: '^([0-9a-f]{12})?$', default: '' };

/** SSM matches a pattern anywhere in the value unless it is anchored, so each pattern here is anchored. */
const parameterRules = {
  runId: { description: 'Which execution this is', allowedPattern: runIdPattern.source },
  startBy: {
    description: 'The instant (UTC) after which the script refuses to begin',
    allowedPattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$',
  },
  sha256: { description: 'Digest of prelude and script, checked in the container', allowedPattern: '^[0-9a-f]{64}$' },
  undoReleased: { description: 'Run id of a sealed release that an operator undoes, else empty', ...optionalRunId },
  overrideChangedRows: { description: 'Run id whose changed rows an operator gives up, else empty', ...optionalRunId },
  entrySnapshot: {
    description: 'What the database saw as finished when the release began (pg_snapshot), else empty',
    allowedPattern: snapshotPattern.source,
    maxChars: MAX_SNAPSHOT_LENGTH,
    default: '',
  },
} as const;

function parameter(name: keyof typeof parameterRules): DocumentParameter {
  return { type: 'String', interpolationType: 'ENV_VAR', ...parameterRules[name] };
}

/** The approval code has the form that the package gives it. */
function codeParameter({ approval: { code } }: ReleasePlan): DocumentParameter {
  const description = 'Code of the ratified approval request';
  const rule = { allowedPattern: code.pattern, maxChars: code.maxLength };
  return { type: 'String', interpolationType: 'ENV_VAR', description, ...rule };
}

/**
 * Quotes a text as one shell word. Line breaks and NUL are refused, so that an assignment stays one line of the
 * document.
 */
function shellWord(text: string): string {
  if (/[\0\r\n]/.test(text))
    throw new PackageInvalid(`${JSON.stringify(text)} cannot be put into a command document: remove the line break`);
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * gzip whose bytes depend on the input only: no time stamp, and "unknown" as the operating system (RFC 1952, 2.3.1).
 */
function compress(bytes: Buffer): string {
  const packed = gzipSync(bytes, { level: 9 });
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed.toString('base64');
}

function assignments(input: DocumentInput): string[] {
  const { plan, script, target, timeouts } = input;
  // A script that includes plan.sql carries its figures; only one of a rehearsal's own is given them.
  const figures = input.lineMap.includes(`:${planSqlFile}:`) ? {} : psqlVariables(plan);
  const variables = Object.entries(figures).flatMap(([name, value]) => ['-v', `${name}=${value}`]);
  const values = {
    container: target.container,
    script: script.id,
    file: script.file.slice(script.file.lastIndexOf('/') + 1),
    seconds: String(timeouts.psql),
    prelude_bytes: String(Buffer.byteLength(input.prelude)),
    proof: posixPattern(script),
    mutating: script.mutates ? 'on' : 'off',
    options: sessionOptions(script, timeouts),
    lines: input.lineMap,
    payload: compress(Buffer.from(input.prelude + input.scriptText)),
  };
  return [
    ...Object.entries(values).map(([name, value]) => `one_roof_${name}=${shellWord(value)}`),
    `set -- ${['-U', target.user, '-d', target.database, ...variables].map(shellWord).join(' ')}`,
    ...(input.rehearsal === undefined ? [] : cloneAssignments(plan.database, input.rehearsal)),
  ];
}

/** sha256 (64 hex) of the bytes that reach psql, prelude first. The wrapper compares it inside the container. */
export function scriptDigest(prelude: string, scriptText: string): string {
  return sha256Hex(prelude + scriptText);
}

/**
 * The command document of one script: assignments that are fixed at synth, then the wrapper. No value of a call is
 * pasted into the text.
 * @throws PackageInvalid when the document is larger than 48 KB (60 KB for the trial), or when the script's application_name would be
 * truncated.
 */
export function renderDocument(input: DocumentInput): DocumentContent {
  const { plan, script, timeouts } = input;
  const name = applicationName('0'.repeat(12), script.id);
  if (Buffer.byteLength(name) > MAX_APPLICATION_NAME_BYTES) {
    throw new PackageInvalid(`${name}: application_name has ${Buffer.byteLength(name)} bytes, but PostgreSQL keeps 63`);
  }
  const own = Object.fromEntries(
    script.parameters.map((name) => [name, name === 'ratifiedApr' ? codeParameter(plan) : parameter(name)]),
  );
  const content: DocumentContent = {
    schemaVersion: '2.2',
    description: `${plan.name}: runs ${script.file} (${script.id}) and proves how it ended`,
    parameters: {
      runId: parameter('runId'),
      startBy: parameter('startBy'),
      sha256: parameter('sha256'),
      ...own,
      ...(input.rehearsal === undefined ? {} : { database: cloneParameter(plan.database) }),
    },
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: 'run',
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: {
          timeoutSeconds: String(timeouts.execution),
          runCommand: ['#!/bin/sh', ...assignments(input), ...input.wrapper.trimEnd().split('\n')],
        },
      },
    ],
  };
  const bytes = Buffer.byteLength(JSON.stringify(content));
  const most = script.id === trialId ? MAX_TRIAL_BYTES : MAX_CONTENT_BYTES;
  if (bytes > most) {
    throw new PackageInvalid(`The command document of "${script.id}" has ${bytes} bytes, more than ${most}`);
  }
  return content;
}

/** sha256 (64 hex) of a document's content as canonical JSON, so that neither spacing nor the order of keys matters. */
export function documentDigest(content: unknown): string {
  return sha256Hex(canonicalJson(content));
}
