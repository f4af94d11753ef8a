import { MAX_DOCUMENT_BYTES, type StoredDocument, type StoredParameter } from './document-store.ts';
import { ServiceError } from '../driver/service-error.ts';

/**
 * A document combined with the values of one call: the script's text, and the variables that the agent exports for it.
 */
export interface PreparedScript {
  readonly text: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Whether the service accepts a value. It matches the pattern anywhere in the value, and because its patterns are
 * Java's, `$` also matches before a final line end.
 */
function allowed(pattern: string, value: string): boolean {
  const expression = new RegExp(pattern);
  return expression.test(value) || expression.test(value.replace(/\r?\n$/, ''));
}

function valueOf(name: string, parameter: StoredParameter, given: readonly string[] | undefined): string {
  if (given !== undefined && given.length > 1) throw new ServiceError('InvalidParameters', `${name} takes one value`);
  const value = given?.[0] ?? parameter.default;
  if (value === undefined) throw new ServiceError('InvalidParameters', `Parameter ${name} is missing`);
  if (parameter.allowedPattern !== undefined && !allowed(parameter.allowedPattern, value)) {
    throw new ServiceError('InvalidParameters', `Parameter ${name} does not match ${parameter.allowedPattern}`);
  }
  if (parameter.maxChars !== undefined && value.length > parameter.maxChars) {
    throw new ServiceError('InvalidParameters', `Parameter ${name} has more than ${parameter.maxChars} characters`);
  }
  return value;
}

/**
 * Replaces `{{ name }}` by the value, as the agent does before any shell sees the text; `$$` in the value becomes `$`.
 */
function paste(text: string, name: string, value: string): string {
  return text.replaceAll(new RegExp(`\\{\\{ *${name} *\\}\\}`, 'g'), () => value.replaceAll('$$', '$'));
}

/**
 * Checks the values of one SendCommand against the document and prepares what the agent runs.
 * @throws ServiceError InvalidParameters, or MaxDocumentSizeExceeded: the quota applies to the document and the values
 * together.
 */
export function prepareScript(document: StoredDocument, given: Readonly<Record<string, string[]>>): PreparedScript {
  const { parameters, mainSteps } = document.content;
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  if (unknown.length > 0) throw new ServiceError('InvalidParameters', `${document.name} has no ${unknown.join(', ')}`);
  if (Buffer.byteLength(document.text) + Buffer.byteLength(JSON.stringify(given)) > MAX_DOCUMENT_BYTES) {
    throw new ServiceError('MaxDocumentSizeExceeded', document.name);
  }
  const environment: Record<string, string> = {};
  let text = mainSteps[0].inputs.runCommand.join('\n');
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = valueOf(name, parameter, given[name]);
    if (parameter.interpolationType === 'ENV_VAR') environment[`SSM_${name}`] = value;
    else text = paste(text, name, value);
  }
  return { text: `${text}\n`, environment };
}

/** Seconds that a step may run. For a value outside 5..172,800, or an unreadable one, the agent silently uses 3,600. */
export function executionSeconds(document: StoredDocument): number {
  const seconds = Number(document.content.mainSteps[0].inputs.timeoutSeconds ?? Number.NaN);
  return seconds >= 5 && seconds <= 172_800 ? seconds : 3_600;
}

/** Why the agent, which runs on Linux, skips the document's step; undefined when it does not. */
export function skippedStep({ content }: StoredDocument): string | undefined {
  const [{ name, precondition }] = content.mainSteps;
  const wanted = precondition?.StringEquals[1] ?? 'Linux';
  if (wanted === 'Linux') return undefined;
  const unmet = `"StringEquals": [platformType, ${wanted}]`;
  return `Step execution skipped due to unsatisfied preconditions: '${unmet}'. Step name: ${name}`;
}
